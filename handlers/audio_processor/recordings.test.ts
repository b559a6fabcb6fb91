// No recording overwrites another one with default settings (no versioning), and each result names its own recording.
import { describe, expect, test } from 'vitest';
import { etagOf } from '../../scripts/local/services/s3-objects.ts';
import { GOOD_REPLY } from '../../test/support/handlers/audio-world.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import type { S3Step } from '../../test/support/handlers/in-process-s3-client.ts';
import { Random } from '../../test/support/handlers/random.ts';
import { StrictWorld } from '../../test/support/handlers/strict-audio-world.ts';
import type { UploadedObject } from './s3-event.ts';

const KEY = 'incoming/a/call.wav';
const OWN_KEY = /^processed\/a\/call\.[0-9a-f]{32}\.wav$/;
const bytes = (text: string) => Buffer.from(text);

/** The object at the key that the upload's result names. */
function contentOf(world: StrictWorld, upload: UploadedObject): string | undefined {
  const items = world.table.events().filter(({ data }) => data?.M?.etag?.S === upload.etag);
  const keys = items.map(({ data }) => data?.M?.target_key?.S ?? '');
  return keys.map((key) => Buffer.from(world.s3.objects.get(key)?.bytes ?? []).toString()).join();
}

test('two consecutive recordings with one name are both kept', async () => {
  const world = new StrictWorld();
  const first = world.put(KEY, { bytes: bytes('one') });
  await world.process(first);
  const second = world.put(KEY, { bytes: bytes('two') });
  await world.process(second);
  expect([contentOf(world, first), contentOf(world, second)]).toEqual(['one', 'two']);
  expect(world.storedKeys()).toEqual([expect.stringMatching(OWN_KEY), 'processed/a/call.wav']);
  // Late notifications change nothing.
  expect([await world.process(first), await world.process(second)]).toEqual(['duplicate', 'duplicate']);
  expect(world.storedKeys()).toHaveLength(2);
});

test('both are kept when one replaces the other during its analysis', async () => {
  const world = new StrictWorld();
  const first = world.put(KEY, { bytes: bytes('one'), metadata: { 'session-id': 's' } });
  let second: UploadedObject | undefined;
  world.s3.intercept = (step) => {
    if (step === 'copy') second ??= world.put(KEY, { bytes: bytes('two') });
    return undefined;
  };
  expect(await world.process(first)).toBe('processed');
  if (!second) throw new Error('Nothing was copied');
  expect(world.s3.objects.get(KEY)?.bytes).toEqual(bytes('two'));
  expect(await world.process(second)).toBe('processed');
  expect([contentOf(world, first), contentOf(world, second)]).toEqual(['one', 'two']);
  expect(world.s3.objects.get('processed/a/call.wav')?.metadata).toMatchObject({ 'session-id': 's' });
});

test('one that was replaced before its analysis is superseded, not missing, in any order of notifications', async () => {
  const world = new StrictWorld();
  await world.process(world.put(KEY, { bytes: bytes('earlier') }));
  const first = world.put(KEY, { bytes: bytes('one') });
  const second = world.put(KEY, { bytes: bytes('two') });
  expect(await world.process(second)).toBe('processed');
  expect(await world.process(first)).toBe('superseded');
});

test('one that was replaced after a crash is announced without a file', async () => {
  const world = new StrictWorld();
  const first = world.put(KEY, { bytes: bytes('one') });
  world.s3.intercept = (step) => {
    if (step === 'copy') throw new Error('killed');
    return undefined;
  };
  await expect(world.process(first)).rejects.toThrow('killed');
  world.s3.intercept = () => undefined;
  const second = world.put(KEY, { bytes: bytes('two') });
  await world.process(first);
  expect(world.verdict()).toMatchObject({
    status: 'announced',
    targetKey: undefined,
    filing: { status: 'unfiled', code: 'FILE_GONE' },
    announced: ['audio.processed'],
  });
  await world.process(second);
  expect(contentOf(world, second)).toBe('two');
});

describe('the same bytes', () => {
  test('put twice before either was processed have one file and one result', async () => {
    const world = new StrictWorld();
    await world.process(world.put(KEY, { bytes: bytes('earlier') }));
    const [first, second] = [world.put(KEY), world.put(KEY)];
    expect([await world.process(second), await world.process(first)]).toEqual(['processed', 'duplicate']);
    expect(world.storedKeys()).toEqual([expect.stringMatching(OWN_KEY), 'processed/a/call.wav']);
    expect(world.table.events()).toHaveLength(2);
  });

  test('put again later are analyzed again and share the file', async () => {
    const world = new StrictWorld();
    const upload = world.put(KEY);
    await world.process(upload);
    expect(await world.process(world.put(KEY))).toBe('processed');
    expect(contentOf(world, upload)).toBe('RIFF,RIFF');
    expect(world.storedKeys()).toEqual(['processed/a/call.wav']);
  });

  test('with other metadata are another recording each time', async () => {
    const world = new StrictWorld();
    for (const session of ['s1', 's2', 's3', 's4']) {
      await world.process(world.put(KEY, { metadata: { 'session-id': session } }));
    }
    const targets = world.verdicts().map(({ targetKey = '' }) => world.s3.objects.get(targetKey)?.metadata);
    expect(targets.map((metadata) => metadata?.['session-id'])).toEqual(['s1', 's2', 's3', 's4']);
    expect(world.storedKeys()).toHaveLength(4);
  });
});

test('a rejected recording, a good one with its name and similar names have different keys', async () => {
  const world = new StrictWorld();
  world.api.replies = [{ status: 400, headers: {}, body: { code: 'AUDIO_TOO_SHORT' } }, GOOD_REPLY];
  await world.process(world.put(KEY, { bytes: bytes('short') }));
  await world.process(world.put(KEY, { bytes: bytes('long') }));
  const names = [
    '\u00e9.wav',
    'e\u0301.wav',
    '\u212b.wav',
    '\u00c5.wav',
    '.wav',
    'wav',
    'a/../x.wav',
    'a//x.wav',
    'x.WAV',
    'x.wav',
  ];
  for (const name of names) await world.process(world.put(`incoming/${name}`, { bytes: bytes(name) }));
  expect(world.storedKeys()).toEqual(
    ['processed/a/call.wav', 'rejected/a/call.wav', ...names.map((name) => `processed/${name}`)].sort(),
  );
  for (const { targetKey = '' } of world.verdicts().slice(2)) {
    expect(targetKey).toBe(`processed/${Buffer.from(world.s3.objects.get(targetKey)?.bytes ?? [])}`);
  }
});

test.each(['copy', 'verify', 'delete'] as const)(
  'both are kept after a crash at %s when the name was taken',
  async (step) => {
    for (const moment of ['before', 'after'] as const) {
      const world = new StrictWorld();
      const first = world.put(KEY, { bytes: bytes('one') });
      await world.process(first);
      const second = world.put(KEY, { bytes: bytes('two') });
      crashAt(world, step, moment);
      await expect(world.process(second)).rejects.toThrow();
      world.s3.intercept = () => undefined;
      await world.process(second);
      expect([contentOf(world, first), contentOf(world, second)]).toEqual(['one', 'two']);
      expect(world.storedKeys()).toHaveLength(2);
      expect(world.topic.eventIds.size).toBe(2);
    }
  },
);

function crashAt(world: StrictWorld, step: S3Step, moment: 'before' | 'after'): void {
  // The last of four calls to the table follows the deletion.
  if (step === 'delete' && moment === 'after')
    world.table.calls = new Faults((call) => (call === 3 ? 'before' : 'none'));
  let hasHappened = false;
  world.s3.intercept = (asked) => {
    if (hasHappened || (asked === step && moment === 'before')) throw new Error('killed');
    hasHappened = asked === step;
    return undefined;
  };
}

test('every analyzed recording is kept: two names, 60 uploads, random order, redeliveries and lost responses', async () => {
  const random = new Random();
  const world = new StrictWorld();
  let waiting: UploadedObject[] = [];
  for (let index = 0; index < 60; index += 1) {
    const key = random.pick([KEY, 'incoming/b.wav']);
    waiting.push(world.put(key, { bytes: bytes(`recording ${random.below(30)}`) }));
    if (random.next() < 0.5) waiting.push(random.pick(waiting as [UploadedObject]));
    world.s3.intercept = () => {
      if (random.next() < 0.05) throw new Error('lost');
      return undefined;
    };
    waiting = await deliverSome(world, random.shuffle(waiting));
  }
  world.s3.intercept = () => undefined;
  for (let round = 0; waiting.length > 0 && round < 5; round += 1)
    waiting = await deliverSome(world, waiting);
  for (const { data, filing } of world.table.events()) {
    const { target_key, etag } = data?.M ?? {};
    if (filing?.M?.status?.S === 'filed') {
      const object = world.s3.objects.get(target_key?.S ?? '');
      expect(etagOf(object?.bytes ?? bytes('nothing')), `seed ${random.seed}`).toBe(etag?.S);
    } else {
      expect(filing?.M?.code?.S, `seed ${random.seed}`).toBe('FILE_GONE');
    }
  }
  expect(
    world.storedKeys().filter((key) => key.startsWith('incoming/')),
    `seed ${random.seed}`,
  ).toEqual([]);
  expect(world.topic.eventIds.size).toBe(world.table.events().length);
});

/** Delivers three messages at once; returns those that must be delivered again. */
async function deliverSome(world: StrictWorld, waiting: UploadedObject[]): Promise<UploadedObject[]> {
  const now = waiting.slice(0, 3);
  const outcomes = await Promise.allSettled(now.map((upload) => world.process(upload)));
  const isLost = (outcome: PromiseSettledResult<unknown>) =>
    outcome.status === 'rejected' && (outcome.reason as { reason?: string }).reason !== 'file_missing';
  return [
    ...now.filter((_, index) => isLost(outcomes[index] as PromiseSettledResult<unknown>)),
    ...waiting.slice(3),
  ];
}
