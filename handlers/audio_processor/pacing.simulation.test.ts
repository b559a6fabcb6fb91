// Many files, outages and throttling with a virtual clock: every good file is scored in the end.
import { describe, expect, test } from 'vitest';
import { failing, type Question, SCORED } from '../../test/support/simulation/api-model.ts';
import { type Scenario, simulate } from '../../test/support/simulation/simulate.ts';

const POISON = 'incoming/7.wav';

/** Every file is scored, none is given up, and the account's limit is kept (a window may contain one call more). */
async function expectAllScored(scenario: Scenario, files: number) {
  const result = await simulate(scenario);
  const limit = scenario.settings?.requestsPerMinute ?? 100;
  expect(result, `seed ${result.seed}`).toMatchObject({
    scored: files,
    deadLetters: [],
    redriven: 0,
    expired: 0,
    killed: 0,
  });
  expect(result.mostCallsInAnyMinute).toBeLessThanOrEqual(limit + Math.max(1, limit / 100));
  return result;
}

describe('many files', () => {
  test.each([1, 500, 501, 1_000, 2_000, 10_000])(
    '%i at once are scored as fast as the limit allows',
    async (files) => {
      const { minutes } = await expectAllScored({ files }, files);
      expect(minutes).toBeLessThan(1.3 * Math.max(1, files / 100));
    },
  );

  test('120 a minute for an hour drain at the limit', async () => {
    const arrivals = { perMinute: 120, minutes: 60 };
    const { minutes } = await expectAllScored({ arrivals }, 7_200);
    expect(minutes).toBeLessThan(1.05 * 72);
  });

  test.each([
    ['one call a minute', { requestsPerMinute: 1 }, 60],
    ['100,000 calls a minute', { requestsPerMinute: 100_000, maxConcurrency: 100, batchSize: 10 }, 5_000],
    ['batches of one', { batchSize: 1 }, 300],
    ['batches of ten', { batchSize: 10 }, 300],
    ['two instances', { maxConcurrency: 2 }, 300],
    ['ten instances', { maxConcurrency: 10 }, 300],
    ['a hundred instances', { maxConcurrency: 100 }, 300],
    ['the shortest useful time-out', { timeoutSeconds: 10 }, 300],
    ['the longest time-out', { timeoutSeconds: 900 }, 300],
    ['the least memory', { memoryMb: 128 }, 300],
    ['the longest retention', { retentionDays: 14 }, 300],
  ])('with %s', async (_, settings, files) => {
    const { minutes } = await expectAllScored({ files, settings }, files);
    const limit = 'requestsPerMinute' in settings ? Number(settings.requestsPerMinute) : 100;
    expect(minutes).toBeLessThan(1.3 * (files / limit) + 1);
  });
});

describe('a transient failure', () => {
  test.each([
    ['20 minutes', 20, 60],
    ['12 hours', 720, 2_000],
  ])('the API answers 503 for %s', async (_, minutes, files) => {
    const start = Date.UTC(2026, 0, 5);
    const answer = ({ nowMs }: Question) => (nowMs - start < minutes * 60_000 ? failing(503) : SCORED);
    const result = await expectAllScored({ files, answer }, files);
    expect(result.minutes).toBeLessThan(minutes + 15 + 1.3 * (files / 100));
  });

  test('the API hangs for an hour', async () => {
    const start = Date.UTC(2026, 0, 5);
    await expectAllScored(
      { files: 100, answer: ({ nowMs }) => (nowMs - start < 3_600_000 ? 'hang' : SCORED) },
      100,
    );
  });

  test('one 429 with Retry-After: 3600 causes only a short pause', async () => {
    let isFirst = true;
    const answer = () => {
      const reply = isFirst ? failing(429, { 'retry-after': '3600' }) : SCORED;
      isFirst = false;
      return reply;
    };
    const { minutes } = await expectAllScored({ files: 1_000, answer }, 1_000);
    expect(minutes).toBeLessThan(1.3 * 10 + 3);
  });

  test.each(['throttle', 'before', 'after'] as const)(
    'AWS answers with "%s" for ten minutes',
    async (fault) => {
      const awsFault = (minute: number) => (minute < 10 ? fault : 'none');
      const { minutes } = await expectAllScored({ files: 300, awsFault }, 300);
      expect(minutes).toBeLessThan(25);
    },
  );

  test('Lambda is throttled for an hour', async () => {
    await expectAllScored({ files: 300, isLambdaThrottled: (minute) => minute < 60 }, 300);
  });
});

describe('a faulty message', () => {
  test.each(['a 500', 'no answer'])(
    'only a file that always gets %s is given up, after its attempts',
    async (what) => {
      const answer = ({ name }: Question) => {
        if (name !== POISON) return SCORED;
        return what === 'no answer' ? 'hang' : failing(500);
      };
      const result = await simulate({ files: 100, arrivals: { perMinute: 2, minutes: 60 }, answer });
      expect(result, `seed ${result.seed}`).toMatchObject({ scored: 219, deadLetters: [POISON], expired: 0 });
      expect(result.callsByFile.get(POISON)).toBeLessThanOrEqual(5 * 8);
    },
  );

  test('a message that is not a notification is given up at once', async () => {
    const result = await simulate({ files: 10, malformed: ['{}', 'x'] });
    expect(result).toMatchObject({ scored: 10, redriven: 0 });
    expect([...result.deadLetters].sort()).toEqual(['x', '{}']);
    expect(result.minutes).toBeLessThan(1);
  });

  test('a file without a verdict is given up before the queue would delete it', async () => {
    const result = await simulate({ files: 1, answer: () => failing(500), settings: { retentionDays: 1 } });
    expect(result).toMatchObject({ scored: 0, deadLetters: ['incoming/0.wav'], expired: 0, redriven: 0 });
    expect(result.minutes).toBeGreaterThan(23 * 60);
  });

  test('a file that crashes the process ends in the dead-letter queue, and no message of its batches expires', async () => {
    const answer = ({ name }: Question) => (name === 'incoming/2.wav' ? 'crash' : SCORED);
    const result = await simulate({ files: 5, answer, settings: { retentionDays: 1 } });
    expect(result).toMatchObject({ scored: 4, expired: 0, redriven: 0 });
    expect(result.deadLetters).toContain('incoming/2.wav');
  });

  test('messages that exceed the capacity of the whole retention period end in the dead-letter queue', async () => {
    const settings = { requestsPerMinute: 1, retentionDays: 1, maxConcurrency: 2 };
    const result = await simulate({ files: 2_000, settings });
    expect(result).toMatchObject({ expired: 0, redriven: 0 });
    expect(result.scored + result.deadLetters.length).toBe(2_000);
    expect(result.scored).toBeGreaterThan(1_300);
  });
});
