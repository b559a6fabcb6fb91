// Batches, and random histories of uploads with faults. SOAK=1 runs more of them.

import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeKey, toMessage } from '../../scripts/local/upload-message.ts';
import { AudioWorld, GOOD_REPLY, toEventBridge, wrapInSns } from '../../test/support/handlers/audio-world.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { Random } from '../../test/support/handlers/random.ts';
import { SOAK, SOAK_TIMEOUT_MS } from '../../test/support/handlers/soak.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { handleBatch } from './handle-batch.ts';
import type { AnalysisRequest, ApiCallOptions } from './ports.ts';
import { decodeKey, parseS3Event, type UploadedObject } from './s3-event.ts';

async function handle(world: AudioWorld, bodies: readonly string[]): Promise<string[]> {
  const Records = bodies.map((body, index) => ({ messageId: String(index), body }));
  const context = {
    ports: world.start(),
    deadLetterPolicy: world.deadLetterPolicy(),
    gate: new ConcurrencyGate(10),
    remainingMs: () => 60_000,
  };
  const { batchItemFailures } = await handleBatch({ Records } as SQSEvent, context);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

describe('handleBatch', () => {
  test('returns exactly the failed ids for all 1,024 patterns of ten', async () => {
    for (let pattern = 0; pattern < 1024; pattern += 1) {
      const world = new AudioWorld();
      const fails = (index: number) => (pattern & (1 << index)) !== 0;
      const bodies = Array.from({ length: 10 }, (_, index) => {
        const upload = world.upload({ key: `incoming/${index}.wav` });
        if (fails(index)) world.audio.objects.delete(upload.key);
        return toMessage(upload);
      });
      const expected = bodies.map((_, index) => String(index)).filter((_, index) => fails(index));
      expect(await handle(world, bodies)).toEqual(expected);
      expect(world.table.events()).toHaveLength(10 - expected.length);
    }
  });

  test('ignores test events, folders and events other than uploads, and logs all but the test events', async () => {
    const world = new AudioWorld();
    const folder = world.upload({ key: 'incoming/folder/', bytes: new Uint8Array() });
    const elsewhere = world.upload({ key: 'archives/a.wav' });
    const bodies = [
      '{"Service":"Amazon S3","Event":"s3:TestEvent"}',
      wrapInSns('{"Service":"Amazon S3","Event":"s3:TestEvent"}'),
      toMessage(folder),
      toMessage(folder).replace('ObjectCreated:Put', 'ObjectRemoved:Delete'),
      toEventBridge(folder).replace('Object Created', 'Object Deleted'),
      toMessage(elsewhere),
      toMessage({ ...elsewhere, bucket: 'another' }),
    ];
    expect(await handle(world, bodies)).toEqual([]);
    expect(world.table.items.size).toBe(0);
    expect(world.telemetry.lines).toMatchObject([
      { message: 'Event ignored', fields: { message_id: '2', reason: 'folder' } },
      { message: 'Event ignored', fields: { message_id: '3', reason: 'no_upload' } },
      { message: 'Event ignored', fields: { message_id: '4', reason: 'no_upload' } },
      { message: 'Event ignored', fields: { message_id: '5', reason: 'not_under_incoming' } },
      { message: 'Event ignored', fields: { message_id: '6', reason: 'other_bucket' } },
    ]);
  });

  test.each([
    ['SNS', (upload: UploadedObject) => wrapInSns(toMessage(upload))],
    ['two topics', (upload: UploadedObject) => wrapInSns(wrapInSns(toMessage(upload)))],
    ['EventBridge', toEventBridge],
    ['EventBridge by way of SNS', (upload: UploadedObject) => wrapInSns(toEventBridge(upload))],
  ])(
    'accepts notifications through %s, and recognises an upload that arrives both ways',
    async (_name, wrap) => {
      const world = new AudioWorld();
      const upload = world.upload({ key: 'incoming/100% a+b ü.wav' });
      expect(await handle(world, [wrap(upload)])).toEqual([]);
      expect(await handle(world, [toMessage(upload)])).toEqual([]);
      expect(world.keys()).toEqual(['processed/100% a+b ü.wav']);
      expect(world.table.events()).toHaveLength(1);
      expect(world.api.calls).toHaveLength(1);
    },
  );

  test('sends a malformed message to the dead-letter queue at once', async () => {
    const world = new AudioWorld();
    const upload = world.upload({ key: 'incoming/a.wav' });
    const badKey = toMessage(upload).replace('incoming/a.wav', 'incoming/100%');
    const bodies = [
      '',
      'null',
      '[]',
      '{}',
      '{"Records":{}}',
      '{"Records":[]}',
      '{"Records":[null]}',
      '{"Records":[{}]}',
      `{"records":[${toMessage(upload)}]}`,
      '{"Type":"SubscriptionConfirmation","Message":"You have chosen to subscribe"}',
      wrapInSns('You have a message'),
      wrapInSns(wrapInSns(wrapInSns(wrapInSns(toMessage(upload))))),
      toEventBridge(upload).replace('"etag"', '"tag"'),
      toEventBridge(upload).replace('aws.s3', 'aws.ec2'),
      badKey,
      toMessage(upload),
    ];
    expect(await handle(world, bodies)).toEqual([]);
    expect(world.deadLetters.letters.map(({ body }) => body)).toEqual(bodies.slice(0, -1));
    expect(new Set(world.deadLetters.letters.map(({ reason }) => reason))).toEqual(new Set(['malformed']));
    expect(world.telemetry.lines.filter(({ fields }) => fields.reason === 'malformed_message')).toHaveLength(
      bodies.length - 1,
    );
    expect(world.keys()).toEqual(['processed/a.wav']);
  });

  test('processes the other uploads of a record when one fails', async () => {
    const world = new AudioWorld();
    const uploads = ['a', 'b', 'c'].map((name) => world.upload({ key: `incoming/${name}.wav` }));
    world.audio.objects.delete('incoming/a.wav');
    expect(await handle(world, [toMessage(...uploads)])).toEqual(['0']);
    expect(world.keys()).toEqual(['processed/b.wav', 'processed/c.wav']);
  });

  test('a file that hangs uses only its own share of the time when files run one at a time', async () => {
    const world = new AudioWorld();
    const uploads = ['a', 'b', 'c', 'd', 'e'].map((name) => world.upload({ key: `incoming/${name}.wav` }));
    const ports = world.start();
    const overAtMs = world.clock.timeMs + 30_000;
    let isFirst = true;
    const api = {
      async detectDeepfake(request: AnalysisRequest, options: ApiCallOptions) {
        const isHanging = isFirst;
        isFirst = false;
        if (!isHanging) return world.api.detectDeepfake(request, options);
        await world.clock.sleep(options.timeoutMs, options.signal);
        throw new Error('socket hang up');
      },
    };
    const Records = uploads.map((upload, index) => ({ messageId: String(index), body: toMessage(upload) }));
    const answer = await handleBatch({ Records } as SQSEvent, {
      ports: { ...ports, api },
      deadLetterPolicy: world.deadLetterPolicy(),
      gate: new ConcurrencyGate(1),
      remainingMs: () => overAtMs - world.clock.timeMs,
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    expect(world.table.events()).toHaveLength(4);
  });

  test('returns only the unfinished records when the rest of the time is used up', async () => {
    const world = new AudioWorld();
    const uploads = ['missing', 'good', 'paused'].map((name) =>
      world.upload({ key: `incoming/${name}.wav` }),
    );
    world.audio.objects.delete('incoming/missing.wav');
    const ports = world.start();
    const api = {
      async detectDeepfake(request: AnalysisRequest, options: ApiCallOptions) {
        ports.limiter.pause(120_000);
        return world.api.detectDeepfake(request, options);
      },
    };
    const deadLetterPolicy = world.deadLetterPolicy();
    const attempts = {
      ...deadLetterPolicy.attempts,
      async add(_fileId: string, signal: AbortSignal) {
        await world.clock.sleep(60_000, signal);
        throw new Error('timeout');
      },
    };
    const Records = uploads.map((upload, index) => ({ messageId: String(index), body: toMessage(upload) }));
    const answer = await handleBatch({ Records } as SQSEvent, {
      ports: { ...ports, api },
      deadLetterPolicy: { ...deadLetterPolicy, attempts },
      gate: new ConcurrencyGate(1),
      remainingMs: () => 60_000,
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }, { itemIdentifier: '2' }] });
  });

  test('keeps a message on its queue when the dead-letter queue does not accept it', async () => {
    const world = new AudioWorld();
    world.deadLetters.faults = new Faults(() => 'before');
    expect(await handle(world, ['garbage'])).toEqual(['0']);
    world.deadLetters.faults = new Faults();
    expect(await handle(world, ['garbage'])).toEqual([]);
    expect(world.deadLetters.letters).toHaveLength(1);
  });

  test('a missing file is given up after its attempts, and has all attempts again after a redrive', async () => {
    const world = new AudioWorld();
    const body = toMessage(world.upload({ key: 'incoming/a.wav' }));
    world.audio.objects.clear();
    for (let delivery = 1; delivery < 5; delivery += 1) expect(await handle(world, [body])).toEqual(['0']);
    expect(await handle(world, [body])).toEqual([]);
    expect(world.deadLetters.letters).toMatchObject([
      { reason: 'attempts_used_up', lastFailure: 'file_missing', attempts: 5, body },
    ]);
    expect(await handle(world, [body])).toEqual(['0']);
  });

  test('every count of attempts expires, also one that was reset before the first attempt', async () => {
    const world = new AudioWorld();
    const attempts = world.deadLetterPolicy().attempts;
    const { signal } = new AbortController();
    await attempts.clear('a', signal);
    await attempts.add('b', signal);
    const items = [...world.table.items.values()];
    expect(items).toHaveLength(2);
    expect(items.every(({ ttl }) => Number(ttl?.N) > world.clock.timeMs / 1000)).toBe(true);
  });

  test('accepts an event without records', async () => {
    const context = {
      ports: new AudioWorld().start(),
      deadLetterPolicy: new AudioWorld().deadLetterPolicy(),
      gate: new ConcurrencyGate(1),
      remainingMs: () => 60_000,
    };
    expect(await handleBatch({} as SQSEvent, context)).toEqual({ batchItemFailures: [] });
  });
});

describe('keys', () => {
  test(
    'any key is decoded to its original',
    () => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
          expect(decodeKey(encodeKey(name))).toBe(name);
        }),
        { numRuns: SOAK ? 10_000 : 1_000 },
      );
    },
    SOAK_TIMEOUT_MS,
  );

  test('a plus sign is a space, an encoded one a plus sign', () => {
    expect(decodeKey('incoming/a+b%2Bc.wav')).toBe('incoming/a b+c.wav');
  });

  test('any other text throws a MalformedMessageError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        try {
          expect(Array.isArray(parseS3Event(body).uploads)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: 'MalformedMessageError' });
        }
      }),
    );
  });
});

const FILES = SOAK ? 5_000 : 150;

test(
  `${FILES} uploads, notified 1-3 times in random order with faults: each is filed once, with one result`,
  async () => {
    const random = new Random();
    const world = new AudioWorld();
    world.api.replies = [GOOD_REPLY];
    const uploads = Array.from({ length: FILES }, (_, index) =>
      world.upload({
        key: `incoming/${random.below(FILES)}/ü ${index}.wav`,
        bytes: Buffer.from(`file ${index}`),
      }),
    );
    const messages = uploads.flatMap((upload) =>
      Array.from({ length: 1 + random.below(3) }, () => toMessage(upload)),
    );
    world.injectFaults(Faults.random(random, 0.05));
    let queue = random.shuffle(messages);
    for (let round = 0; queue.length > 0; round += 1) {
      expect(round, `seed ${random.seed}`).toBeLessThan(30);
      const returned: string[] = [];
      for (let start = 0; start < queue.length; start += 10) {
        const batch = queue.slice(start, start + 10);
        for (const id of await handle(world, batch)) returned.push(batch[Number(id)] ?? '');
      }
      queue = returned;
    }
    expect(world.keys(), `seed ${random.seed}`).toEqual(
      uploads.map(({ key }) => key.replace('incoming/', 'processed/')).sort(),
    );
    expect(world.table.events()).toHaveLength(FILES);
    expect(world.table.events().every((item) => item.status?.S === 'announced')).toBe(true);
    expect(world.topic.eventIds.size).toBe(FILES);
  },
  SOAK_TIMEOUT_MS,
);
