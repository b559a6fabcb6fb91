// Compares the estimate's numbers of calls with the calls of the bundled functions.
import http from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEnvironment } from '../../scripts/invoke/function-environment.ts';
import { type InProcessAws, startInProcessAws } from '../../scripts/invoke/in-process-aws.ts';
import { BundledFunction } from '../../scripts/local/bundled-function.ts';
import { closeServer, listenOnFreePort, readBody } from '../../scripts/local/http-server.ts';
import { etagOf } from '../../scripts/local/services/s3-objects.ts';
import { API_KEY, startSonotheiaApi } from '../../scripts/local/sonotheia-api.ts';
import { BUCKET, toMessage } from '../../scripts/local/upload-message.ts';
import { SECRET, sign, toRequest } from '../../scripts/local/webhook-request.ts';
import { type DevSettings, estimateDev, readService } from '../../test/support/specs/estimate-yaml.ts';
import { readDefaultSettings } from '../spec/resolve.ts';

/** CloudWatch adds these to each line. */
const LINE_EXTRA_BYTES = 26;
/** Lambda's own two lines of an invocation and the API's access log, with what CloudWatch adds. */
const PLATFORM_BYTES = 800;
/** Days of a month: one request or file a day in the estimate is this number a month. */
const DAYS = 30;
/** Metrics are off by default; the estimate counts them. */
const SETTINGS = {
  ...readDefaultSettings(),
  monitoring: { ...readDefaultSettings().monitoring, enabled: true, custom_metrics: true },
};
const AUDIO = new Uint8Array(200_000).fill(7);
AUDIO.set(new TextEncoder().encode('RIFF....WAVEfmt '));

let aws: InProcessAws;
let recorder: http.Server;
let endpoint: string;
let calls: string[];

beforeAll(async () => {
  aws = await startInProcessAws(JSON.stringify({ webhook_secret: SECRET, api_key: API_KEY }));
  recorder = http.createServer(async (request, response) => {
    const body = await readBody(request);
    calls.push(nameCall(request, body.toString()));
    const { method, headers } = request;
    const forward = http.request(new URL(request.url ?? '/', aws.endpoint), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    forward.end(body);
  });
  endpoint = `http://127.0.0.1:${await listenOnFreePort(recorder)}`;
});

afterAll(async () => {
  await closeServer(recorder);
  await aws.stop();
});

function nameCall({ method, headers }: http.IncomingMessage, body: string): string {
  const target = headers['x-amz-target'];
  if (body.includes('delivery#api-turns')) return 'pacing';
  if (typeof target === 'string') return target.split('.')[1] ?? target;
  return new URLSearchParams(body).get('Action') ?? `S3 ${method}`;
}

/** One invocation of the bundled function: its calls by name, and the metrics and bytes that it logged. */
async function observe(name: 'webhook_handler' | 'audio_processor', env: NodeJS.ProcessEnv, event: unknown) {
  calls = [];
  const bundled = await BundledFunction.build(name, env);
  await bundled.invoke(event);
  await bundled.stop();
  const lines = bundled.output.split('\n').filter((line) => line !== '');
  const metrics = [...bundled.output.matchAll(/"Metrics":(\[[^\]]*\])/g)].flatMap(
    ([, list]) => JSON.parse(list ?? '[]') as unknown[],
  );
  return {
    count: (call: string) => calls.filter((other) => other === call).length,
    calls,
    metrics: metrics.length,
    // Without the lines of metrics, which are off by default.
    loggedBytes: lines
      .filter((line) => !line.startsWith('{"_aws"'))
      .reduce((sum, line) => sum + Buffer.byteLength(line) + LINE_EXTRA_BYTES, 0),
  };
}

const perUnit = (service: string, settings: DevSettings, line: string): number =>
  (readService(estimateDev(settings), service)[line]?.quantity ?? 0) / DAYS;

test('a webhook event', async () => {
  const settings = { traffic: { requests_per_day: 1, audio_files_per_day: 0, event_types: 1 } };
  const body = JSON.stringify({
    event_id: 'evt_1',
    event_type: 'deepfake.completed',
    data: { session_id: 's', score: 0.5 },
  });
  const request = toRequest(body, { headers: { 'X-Sonotheia-Signature': sign(body, SECRET) } });
  const environment = describeEnvironment('webhook_handler', { endpoint }, SETTINGS);
  const seen = await observe('webhook_handler', environment, request);
  expect([...seen.calls].sort()).toEqual([
    'GetItem',
    'GetSecretValue',
    'GetSecretValue',
    'Publish',
    'TransactWriteItems',
    'UpdateItem',
  ]);
  // A transaction of two small items takes four units, an update one.
  const writeUnits = seen.count('TransactWriteItems') * 4 + seen.count('UpdateItem');
  expect(perUnit('dynamodb', settings, 'events-writes')).toBe(writeUnits);
  expect(perUnit('dynamodb', settings, 'reads')).toBe(seen.count('GetItem') / 2);
  expect(perUnit('sns', settings, 'publishes')).toBe(seen.count('Publish'));
  expect(perUnit('secrets-manager', settings, 'calls')).toBeCloseTo(seen.count('GetSecretValue'), 0);
  expect(seen.metrics).toBe(settings.traffic.event_types);
  expect(seen.loggedBytes + PLATFORM_BYTES).toBeLessThan(readDefaultSettings().traffic.log_bytes_per_request);
});

test('an audio file', async () => {
  const settings = { traffic: { requests_per_day: 0, audio_files_per_day: 1 } };
  const key = 'incoming/call.wav';
  aws.objects.set(key, {
    bytes: AUDIO,
    contentType: 'audio/wav',
    metadata: { 'session-id': 'sess_1' },
  });
  const api = await startSonotheiaApi(API_KEY);
  const upload = {
    bucket: BUCKET,
    key,
    etag: etagOf(AUDIO),
    sizeBytes: AUDIO.length,
    sequencer: '01',
    eventTimeMs: Date.UTC(2026, 0, 5),
  };
  const seen = await observe(
    'audio_processor',
    describeEnvironment('audio_processor', { endpoint, apiUrl: api.url }, SETTINGS),
    { Records: [{ messageId: 'message-1', body: toMessage(upload), eventSource: 'aws:sqs' }] },
  );
  await api.stop();
  // The upload itself is the other PUT.
  expect(perUnit('s3', settings, 'put-requests')).toBe(seen.count('S3 PUT') + 1);
  expect(perUnit('s3', settings, 'get-requests')).toBe(seen.count('S3 HEAD') + seen.count('S3 GET'));
  // The look for an earlier result is consistent: a whole unit.
  expect(perUnit('dynamodb', settings, 'reads')).toBe(1 + (seen.count('GetItem') - 1) / 2);
  const writeUnits = seen.count('TransactWriteItems') * 4 + seen.count('UpdateItem') + seen.count('pacing');
  expect(perUnit('dynamodb', settings, 'files-writes')).toBe(writeUnits);
  expect(perUnit('sns', settings, 'publishes')).toBe(seen.count('Publish'));
  expect(perUnit('secrets-manager', settings, 'calls')).toBeCloseTo(seen.count('GetSecretValue'), 0);
  const audioMetrics = readService(
    estimateDev({ monitoring: { custom_metrics: true }, traffic: { audio_files_per_day: 1_000_000 } }),
    'cloudwatch',
  );
  expect(audioMetrics['audio-metrics']?.quantity).toBeCloseTo(seen.metrics, 6);
  expect(seen.loggedBytes).toBeLessThan(readDefaultSettings().traffic.log_bytes_per_file);
});
