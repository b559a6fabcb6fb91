import { describe, expect, test } from 'vitest';
import { API_KEY } from '../../scripts/local/sonotheia-api.ts';
import { AudioWorld, GOOD_REPLY } from '../../test/support/handlers/audio-world.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { MAX_AUDIO_BYTES } from './audio-format.ts';
import { processAudio } from './process-audio.ts';
import type { UploadedObject } from './s3-event.ts';
import { TEST_METADATA } from './to-audio-event.ts';

function process(world: AudioWorld, upload: UploadedObject, budgetMs?: number) {
  return processAudio(upload, world.start(), { budget: world.budget(budgetMs), log: {} });
}

describe('an upload', () => {
  test('is analyzed, stored, moved and announced', async () => {
    const world = new AudioWorld();
    const upload = world.upload({ key: 'incoming/a/b.wav', metadata: { 'session-id': 'sess_1' } });
    expect(await process(world, upload)).toBe('processed');
    expect(world.table.events()).toMatchObject([
      {
        session_id: { S: 'sess_1' },
        event_type: { S: 'audio.processed' },
        status: { S: 'announced' },
        data: {
          M: {
            key: { S: 'incoming/a/b.wav' },
            target_key: { S: 'processed/a/b.wav' },
            etag: { S: upload.etag },
            score: { N: '0.91' },
            label: { S: 'likely_synthetic' },
            latency_ms: { N: '640' },
          },
        },
      },
    ]);
    expect(world.keys()).toEqual(['processed/a/b.wav']);
    expect(world.topic.published).toMatchObject([
      { session_id: 'sess_1', event_type: 'audio.processed', score: 0.91, risk: 'high', decision: 'deny' },
    ]);
    expect(world.api.calls).toMatchObject([{ apiKey: API_KEY, sessionId: 'sess_1' }]);
  });

  test.each([
    [{ [TEST_METADATA]: 'true' }, true],
    [{ 'session-id': 'smoke-1' }, false],
  ])('with the metadata %j is a test: %s', async (metadata, isTest) => {
    const world = new AudioWorld();
    await process(world, world.upload({ key: 'incoming/smoke/smoke-1.wav', metadata }));
    expect(world.topic.published).toMatchObject([{ test: isTest }]);
    expect(world.table.events()).toMatchObject([{ test: { BOOL: isTest }, risk: { S: 'high' } }]);
  });

  test('has the session of its metadata, else of the response, else of its key', async () => {
    const world = new AudioWorld();
    world.api.replies = [
      { ...GOOD_REPLY, body: { score: 0, label: 'likely_real', latency_ms: 0, session_id: 'from_api' } },
      GOOD_REPLY,
    ];
    await process(world, world.upload({ key: 'incoming/1.wav' }));
    await process(world, world.upload({ key: 'incoming/Jane Doe.wav' }));
    const sessions = world.table.events().map((item) => item.session_id?.S);
    expect(sessions).toEqual(['from_api', expect.stringMatching(/^audio#[0-9a-f]{32}$/)]);
  });

  test.each([
    ['an empty file', { key: 'incoming/a.wav', bytes: new Uint8Array() }, 'EMPTY_FILE'],
    ['more than 10 MB', { key: 'incoming/a.wav', sizeBytes: MAX_AUDIO_BYTES + 1 }, 'FILE_TOO_LARGE'],
    ['another type', { key: 'incoming/a.txt', contentType: 'text/plain' }, 'UNSUPPORTED_FORMAT'],
  ])('of %s is rejected with the reason, without an API call', async (_name, file, code) => {
    const world = new AudioWorld();
    expect(await process(world, world.upload(file))).toBe('rejected');
    expect(world.keys()).toEqual([file.key.replace('incoming/', 'rejected/')]);
    expect(world.table.events()).toMatchObject([
      { event_type: { S: 'audio.rejected' }, data: { M: { error: { M: { code: { S: code } } } } } },
    ]);
    expect(world.topic.published).toMatchObject([{ event_type: 'audio.rejected', error_code: code }]);
    expect(world.api.calls).toEqual([]);
  });

  test.each([
    [{ error: 'bad_request', code: 'AUDIO_TOO_SHORT' }, 'AUDIO_TOO_SHORT'],
    [
      { error_code: 'INVALID_AUDIO', message: 'free text', timestamp: 1, contract_version: '1' },
      'INVALID_AUDIO',
    ],
    [{ error: 'Audio must be at least 3 seconds' }, 'HTTP_400'],
  ])('that the API refuses with %j is not retried', async (body, code) => {
    const world = new AudioWorld();
    world.api.replies = [{ status: 400, headers: {}, body }];
    expect(await process(world, world.upload({ key: 'incoming/a.mp3' }))).toBe('rejected');
    expect(world.api.calls).toHaveLength(1);
    expect(world.topic.published).toMatchObject([{ error_code: code }]);
  });

  test('outside incoming/ or in another bucket is ignored', async () => {
    const world = new AudioWorld();
    expect(await process(world, world.upload({ key: 'processed/a.wav' }))).toBe('ignored');
    expect(await process(world, { ...world.upload({ key: 'incoming/a.wav' }), bucket: 'other' })).toBe(
      'ignored',
    );
    expect(world.keys()).toEqual(['incoming/a.wav', 'processed/a.wav']);
    expect(world.table.items.size).toBe(0);
  });

  test('notified twice has one result', async () => {
    const world = new AudioWorld();
    const upload = world.upload({ key: 'incoming/a.wav' });
    await process(world, upload);
    expect(await process(world, upload)).toBe('duplicate');
    expect(world.table.events()).toHaveLength(1);
    expect(world.topic.published).toHaveLength(1);
    expect(world.api.calls).toHaveLength(1);
  });

  test('replaced before it was processed is superseded, in either order of the notifications', async () => {
    const world = new AudioWorld();
    const older = world.upload({ key: 'incoming/a.wav', bytes: Buffer.from('one') });
    const newer = world.upload({ key: 'incoming/a.wav', bytes: Buffer.from('two') });
    expect(await process(world, older)).toBe('superseded');
    expect(await process(world, newer)).toBe('processed');
    expect(await process(world, older)).toBe('superseded');
    expect(world.table.events()).toHaveLength(1);
  });

  test.each([3, 4, 5, 6])(
    'replaced during its processing (a crash after call %i) does not affect the newer one',
    async (call) => {
      const world = new AudioWorld();
      const older = world.upload({ key: 'incoming/a.wav', bytes: Buffer.from('one') });
      const crash = Faults.crashAt(call, 'crash_after');
      world.injectFaults(crash);
      await Promise.race([process(world, older), crash.crashed]);
      world.injectFaults(new Faults());
      const newer = world.upload({ key: 'incoming/a.wav', bytes: Buffer.from('two') });
      await process(world, older);
      expect(world.audio.objects.get('incoming/a.wav')?.etag).toBe(newer.etag);
      expect(await process(world, newer)).toBe('processed');
      expect(world.audio.objects.get('processed/a.wav')?.bytes).toEqual(Buffer.from('two'));
      expect(world.keys()).toEqual(['processed/a.wav']);
    },
  );

  test('that is missing returns to the queue', async () => {
    const world = new AudioWorld();
    const upload = world.upload({ key: 'incoming/a.wav' });
    world.audio.objects.clear();
    await expect(process(world, upload)).rejects.toMatchObject({ reason: 'file_missing' });
  });

  test('put again after it was rejected is analyzed again', async () => {
    const world = new AudioWorld();
    world.api.replies = [{ status: 400, headers: {}, body: { code: 'AUDIO_TOO_SHORT' } }, GOOD_REPLY];
    expect(await process(world, world.upload({ key: 'incoming/a.wav' }))).toBe('rejected');
    expect(await process(world, world.upload({ key: 'incoming/a.wav' }))).toBe('processed');
    expect(world.table.events()).toHaveLength(2);
  });
});

describe('a crash', () => {
  const callCount = 12;
  const crashes = Array.from({ length: callCount }, (_, call) => call).flatMap((call) => [
    { call, moment: 'crash_before' as const },
    { call, moment: 'crash_after' as const },
  ]);

  test.each(crashes)('($moment, call $call) is completed by the next delivery', async ({ call, moment }) => {
    const world = new AudioWorld();
    const upload = world.upload({ key: 'incoming/a.wav' });
    const crash = Faults.crashAt(call, moment);
    world.injectFaults(crash);
    expect(await Promise.race([process(world, upload), crash.crashed])).toBe('crashed');
    world.injectFaults(new Faults());
    await process(world, upload);
    expect(world.keys()).toEqual(['processed/a.wav']);
    expect(world.table.events()).toMatchObject([{ status: { S: 'announced' } }]);
    expect(world.topic.eventIds.size).toBe(1);
  });

  test('is tested at every call of a run', async () => {
    const world = new AudioWorld();
    const upload = world.upload({ key: 'incoming/a.wav' });
    const faults = new Faults();
    world.injectFaults(faults);
    await process(world, upload);
    expect(faults.callCount).toBe(callCount);
  });
});
