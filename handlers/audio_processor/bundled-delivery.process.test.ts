// Deliveries with the bundled zip, the SDK, S3 notifications from the local AWS, and a network that loses responses.
import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BundledFunction } from '../../scripts/local/bundled-function.ts';
import { etagOf } from '../../scripts/local/services/s3-objects.ts';
import {
  API_KEY,
  audioTooShort,
  type SonotheiaApi,
  startSonotheiaApi,
} from '../../scripts/local/sonotheia-api.ts';
import { type LocalServer, startLocalServer } from '../../test/local-aws/local-server.ts';
import {
  type FaultyProxy,
  type ProxyFault,
  startFaultyProxy,
} from '../../test/support/handlers/faulty-proxy.ts';
import { LocalResources } from '../../test/support/handlers/local-resources.ts';
import { Random } from '../../test/support/handlers/random.ts';
import { SOAK, SOAK_TIMEOUT_MS } from '../../test/support/handlers/soak.ts';
import { describeWithTools, MOTO } from '../../test/support/required-tools.ts';

const FILE_COUNT = SOAK ? 500 : 60;
const PARALLEL_BATCHES = 3;
const MAX_ROUNDS = 30;
const CALLS_BETWEEN_CRASHES = 151;
const TABLE = 'sessions';
const BUCKET = 'uploads';
const FOLDERS = ['', 'a/', 'b/', 'Anrufe 50%/', '日本/+&/'] as const;

interface Upload {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly prefix: 'processed/' | 'rejected/';
}

interface Message {
  readonly messageId: string;
  readonly body: string;
}

let server: LocalServer;
let api: SonotheiaApi;
let proxies: readonly FaultyProxy[] = [];
let processor: BundledFunction;
let aws: LocalResources;
let uploadQueueUrl: string;
let resultsQueueUrl: string;

beforeAll(async () => {
  if (!MOTO.isInstalled()) return;
  server = await startLocalServer();
  api = await startSonotheiaApi(API_KEY);
  const awsProxy = await startFaultyProxy(server.endpoint);
  const apiProxy = await startFaultyProxy(api.url, new URL(api.url).host);
  proxies = [awsProxy, apiProxy];
  aws = new LocalResources(server.endpoint);
  await aws.createTable(TABLE);
  await aws.createBucket(BUCKET);
  uploadQueueUrl = await aws.createUploadQueue(BUCKET, 'uploads');
  const topic = await aws.createTopic('results');
  resultsQueueUrl = topic.queueUrl;
  const { QueueUrl: dlqUrl = '' } = await aws.sqs.send(new CreateQueueCommand({ QueueName: 'audio-dlq' }));
  processor = await BundledFunction.build('audio_processor', {
    AWS_ENDPOINT_URL: awsProxy.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    SONOTHEIA_PROJECT: 'test',
    SONOTHEIA_ENVIRONMENT: 'test',
    SESSIONS_TABLE_NAME: TABLE,
    RESULTS_TOPIC_ARN: topic.topicArn,
    AUDIO_BUCKET_NAME: BUCKET,
    AUDIO_DLQ_URL: dlqUrl,
    SONOTHEIA_API_URL: apiProxy.endpoint,
    SONOTHEIA_API_KEY_SECRET_ID: await aws.createSecret('key', JSON.stringify({ api_key: API_KEY })),
    API_REQUESTS_PER_MINUTE: '100000',
    POWERTOOLS_SERVICE_NAME: 'audio_processor',
    POWERTOOLS_METRICS_NAMESPACE: 'Sonotheia',
  });
  for (const proxy of proxies) proxy.crash = () => processor.kill();
}, 120_000);

afterAll(async () => {
  await processor?.stop();
  for (const proxy of proxies) proxy.stop();
  await api?.stop();
  await server?.stop();
});

/** One in five files is rejected: for its type, because it is empty, or (FLAC) by the API. */
function inventUpload(index: number, random: Random): Upload {
  const path = `incoming/${random.pick(FOLDERS)}call ${index}`;
  const bytes = Buffer.from(`RIFF${index}`.padEnd(random.pick([10, 200_000])));
  if (index % 15 === 0) return { key: `${path}.txt`, bytes, prefix: 'rejected/' };
  if (index % 15 === 1) return { key: `${path}.wav`, bytes: Buffer.alloc(0), prefix: 'rejected/' };
  if (index % 15 === 2) return { key: `${path}.flac`, bytes, prefix: 'rejected/' };
  return { key: `${path}.wav`, bytes, prefix: 'processed/' };
}

function targetOf({ key, prefix }: Upload): string {
  return key.replace('incoming/', prefix);
}

function identify({ key, bytes }: Upload): string {
  return `${key} ${etagOf(bytes)}`;
}

/** Uploads the files and returns S3's notifications, each one to three times. */
async function upload(uploads: readonly Upload[], random: Random): Promise<Message[]> {
  for (const { key, bytes } of uploads) {
    const Metadata = random.next() < 0.5 ? { 'session-id': `sess_${random.below(5)}` } : {};
    await aws.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: bytes, Metadata }));
  }
  const bodies = await aws.drain(uploadQueueUrl);
  return bodies.flatMap((body) =>
    Array.from({ length: 1 + random.below(3) }, () => ({ messageId: randomUUID(), body })),
  );
}

/** Acts as SQS and Lambda's poller: delivers in random order, and redelivers failed messages until none is left. */
async function deliver(messages: readonly Message[], random: Random): Promise<void> {
  let queue = messages;
  for (let round = 0; queue.length > 0; round += 1) {
    expect(round, `seed ${random.seed}`).toBeLessThan(MAX_ROUNDS);
    const waiting = random.shuffle(queue);
    const returned: Message[] = [];
    const poll = async () => {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, 1 + random.below(10));
        const answer = (await processor.invoke({ Records: batch })) as SQSBatchResponse | undefined;
        const failedIds = answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
        returned.push(...batch.filter(({ messageId }) => failedIds?.includes(messageId) ?? true));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_BATCHES }, poll));
    queue = returned;
  }
}

/** Kills the process at regular intervals; about every tenth call has another fault. */
function decideFaults(random: Random): () => ProxyFault {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls % CALLS_BETWEEN_CRASHES === 0) return random.pick(['crash_before', 'crash_after']);
    return random.next() < 0.1 ? random.pick(['before', 'after', 'throttle']) : 'none';
  };
}

async function readWorld() {
  const items = await aws.scanEvents(TABLE);
  return {
    objects: await aws.listObjects(BUCKET),
    items,
    identities: items.map(({ data }) => `${data?.M?.key?.S} ${data?.M?.etag?.S}`),
  };
}

describeWithTools('the bundled audio processor', [MOTO], () => {
  test(
    `${FILE_COUNT} files with lost responses, throttling and kills: each filed once, none lost`,
    async () => {
      const random = new Random();
      const decide = decideFaults(random);
      for (const proxy of proxies) proxy.decide = decide;
      api.answerFile('audio.flac', ...Array.from({ length: 100 * FILE_COUNT }, audioTooShort));
      const first = Array.from({ length: FILE_COUNT }, (_, index) => inventUpload(index, random));
      const replaced = first.filter(({ prefix }, index) => prefix === 'processed/' && index % 6 === 0);
      const second = replaced.map((older) => ({ ...older, bytes: Buffer.from(`RIFFnewer${older.key}`) }));
      const last = first.map((older) => second.find(({ key }) => key === older.key) ?? older);

      const messages = await upload(first, random);
      const deliverSecond = async () => {
        const later = await upload(second, random);
        messages.push(...later);
        await deliver(later, random);
      };
      await Promise.all([deliver([...messages], random), deliverSecond()]);

      const { objects, items, identities } = await readWorld();
      const filed = items.flatMap(({ data }) => {
        const { target_key, etag } = data?.M ?? {};
        return target_key?.S === undefined ? [] : [[target_key.S, etag?.S ?? ''] as const];
      });
      // Each result names its own recording, and every recording has a result.
      expect(new Map([...objects].sort()), `seed ${random.seed}`).toEqual(new Map([...filed].sort()));
      expect(new Set(filed.map(([key]) => key)).size, `seed ${random.seed}`).toBe(filed.length);
      expect(
        filed.map(([key]) => key),
        `seed ${random.seed}`,
      ).toEqual(expect.arrayContaining(first.map(targetOf)));
      for (const file of last) expect([...objects.values()]).toContain(etagOf(file.bytes));
      expect(new Set(identities).size, `seed ${random.seed}`).toBe(identities.length);
      expect(identities).toEqual(expect.arrayContaining(last.map(identify)));
      expect([...first, ...second].map(identify)).toEqual(expect.arrayContaining(identities));
      for (const { status, event_type, data, filing } of items) {
        expect(status?.S).toBe('announced');
        const isFiled = filing?.M?.status?.S === 'filed';
        // After a crash between the verdict and the move, a newer upload may have replaced the file.
        if (!isFiled) expect(filing?.M).toMatchObject({ status: { S: 'unfiled' }, code: { S: 'FILE_GONE' } });
        const isRejected = event_type?.S === 'audio.rejected';
        if (isFiled) expect(data?.M?.target_key?.S).toMatch(isRejected ? /^rejected\// : /^processed\//);
      }
      const announced = (await aws.drain(resultsQueueUrl)).map(
        (body) => (JSON.parse(JSON.parse(body).Message) as { event_id: string }).event_id,
      );
      expect(new Set(announced), `seed ${random.seed}`).toEqual(
        new Set(items.map(({ event_id }) => event_id?.S)),
      );

      // A late redelivery changes nothing and causes no API call.
      for (const proxy of proxies) proxy.decide = () => 'none';
      const requestCount = api.requests.length;
      await deliver(messages, random);
      expect(await readWorld()).toEqual({ objects, items, identities });
      expect(await aws.drain(resultsQueueUrl)).toEqual([]);
      expect(api.requests).toHaveLength(requestCount);
      expect(processor.output).toContain('Upload handled');
      expect(processor.output).not.toContain(API_KEY);
      expect(processor.output).not.toContain('ConfigError');
    },
    SOAK_TIMEOUT_MS,
  );
});
