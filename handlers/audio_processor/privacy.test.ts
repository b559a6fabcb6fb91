// A file's name, bytes and metadata, the API key and the API's texts never reach a log or a message.
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { API_KEY } from '../../scripts/local/sonotheia-api.ts';
import { toMessage } from '../../scripts/local/upload-message.ts';
import { AudioWorld, GOOD_REPLY, toEventBridge } from '../../test/support/handlers/audio-world.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { StrictWorld } from '../../test/support/handlers/strict-audio-world.ts';
import { ConcurrencyGate } from './concurrency-gate.ts';
import { handleBatch } from './handle-batch.ts';
import type { ApiReply } from './ports.ts';

const CANARY = 'canary';
const UPLOAD = {
  key: `incoming/${CANARY} person.wav`,
  bytes: Buffer.from(CANARY),
  metadata: { owner: CANARY },
};

async function sayEverything(world: AudioWorld, body: string): Promise<string> {
  const context = {
    ports: world.start(),
    deadLetterPolicy: world.deadLetterPolicy(),
    gate: new ConcurrencyGate(1),
    remainingMs: () => 60_000,
  };
  const answer = await handleBatch({ Records: [{ messageId: 'm', body }] } as SQSEvent, context);
  return JSON.stringify([answer, world.telemetry.lines, world.telemetry.metrics, world.topic.published]);
}

describe('canaries', () => {
  const replies: [string, ApiReply | Error][] = [
    [
      'an analysis',
      { ...GOOD_REPLY, body: { score: 0.1, label: `${CANARY} label`, latency_ms: 1, extra: CANARY } },
    ],
    ['a refusal', { status: 400, headers: {}, body: { error: `${CANARY} text`, message: CANARY } }],
    ['an unknown key', { status: 401, headers: {}, body: { message: CANARY, key: API_KEY } }],
    ['a failure', { status: 500, headers: { 'x-request-id': `${CANARY} id` }, body: CANARY }],
    ['no answer', new Error(`${CANARY} in a message\n    at ${CANARY} (file.ts:1:1)`)],
  ];
  test.each(replies)('around %s reach no log and no message', async (_name, reply) => {
    const world = new AudioWorld();
    world.api.replies = [reply];
    const said = await sayEverything(world, toMessage(world.upload(UPLOAD)));
    expect(said).toContain('"message_id":"m"');
    expect(said).not.toContain(CANARY);
    expect(said).not.toContain(API_KEY);
  });

  test('in malformed messages reach no log', async () => {
    const world = new AudioWorld();
    for (const body of [
      CANARY,
      `{"Records":"${CANARY}"}`,
      `{"Type":"Notification","Message":"${CANARY}"}`,
      toMessage(world.upload(UPLOAD)).replace('ObjectCreated', 'ObjectRemoved'),
      toMessage(world.upload({ ...UPLOAD, key: `${CANARY}/a.wav` })),
      toEventBridge(world.upload(UPLOAD)).replace('"etag"', '"tag"'),
      toMessage(world.upload(UPLOAD)).replace('.wav', '%'),
    ]) {
      expect(await sayEverything(world, body)).not.toContain(CANARY);
    }
  });

  test.each(['before', 'after', 'throttle', 'conflict'] as const)(
    'in an error (%s) at any call reach no log and no message',
    async (fault) => {
      for (let call = 0; call < 11; call += 1) {
        const world = new AudioWorld();
        const body = toMessage(world.upload(UPLOAD));
        world.injectFaults(new Faults((index) => (index === call ? fault : 'none')));
        expect(await sayEverything(world, body)).not.toContain(CANARY);
      }
    },
  );

  test.each(['head', 'get', 'copy', 'verify', 'delete', 'put'] as const)(
    'in a refusal of S3 (%s), its keys and its metadata reach no log and no message',
    async (step) => {
      for (const [status, code] of [
        [403, 'AccessDenied'],
        [400, 'InvalidRequest'],
        [503, 'SlowDown'],
        [400, `${CANARY} free text`],
      ] as const) {
        const world = new StrictWorld();
        const { key, bytes, metadata } = UPLOAD;
        await world.process(world.put(key, { bytes: Buffer.from('taken') }));
        const body = toMessage(world.put(key, { bytes, metadata }));
        world.s3.intercept = (asked) => {
          // Replaced during the analysis, so that the bytes that were read are put.
          if (step === 'put' && asked === 'copy') world.put(key, { bytes: Buffer.from('newer') });
          const message = `<Message>${CANARY}</Message><Key>${CANARY}</Key>`;
          return asked === step
            ? { status, body: `<Error><Code>${code}</Code>${message}</Error>` }
            : undefined;
        };
        const said = await sayEverything(world, body);
        expect(world.s3.steps).toContain(step);
        expect(said).toContain('"message_id":"m"');
        expect(said).not.toContain(CANARY);
      }
    },
  );
});
