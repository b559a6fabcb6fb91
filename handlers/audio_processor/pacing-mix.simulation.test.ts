// Invariants under random settings, arrivals, outages, throttling and bad files together, with a virtual clock.
import { expect, test } from 'vitest';
import { Random } from '../../test/support/handlers/random.ts';
import {
  type ApiBehaviour,
  failing,
  type Question,
  SCORED,
} from '../../test/support/simulation/api-model.ts';
import { type Scenario, simulate } from '../../test/support/simulation/simulate.ts';

const MIXES = Number(process.env.MIXES ?? 6);
const START_MS = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;

interface Mix {
  readonly scenario: Scenario;
  readonly files: number;
  readonly badFiles: ReadonlySet<string>;
}

test(`${MIXES} mixes: every good file is scored, every bad one is given up, the limit is kept`, async () => {
  const { seed } = new Random();
  for (let index = 0; index < MIXES; index += 1) {
    const { scenario, files, badFiles } = inventMix(new Random(seed + index));
    const result = await simulate(scenario);
    const told = `TEST_SEED=${seed + index}: ${JSON.stringify({ ...scenario, badFiles: [...badFiles] })}`;
    // A dead letter whose response was lost is sent twice.
    expect(new Set(result.deadLetters), told).toEqual(badFiles);
    expect(result, told).toMatchObject({ scored: files - badFiles.size, redriven: 0, expired: 0, killed: 0 });
    const limit = scenario.settings?.requestsPerMinute ?? 0;
    expect(result.mostCallsInAnyMinute, told).toBeLessThanOrEqual(limit + Math.max(1, limit / 100));
  }
});

function inventMix(random: Random): Mix {
  const atOnce = 1 + random.below(120);
  const arrivals = { perMinute: random.pick([1, 4, 12]), minutes: 30 + random.below(120) };
  const badFiles = new Set<string>();
  while (random.next() < 0.7 && badFiles.size < 4) badFiles.add(`incoming/${random.below(atOnce)}.wav`);
  const [outage, throttling, lambdaThrottling] = [inventSpan(random), inventSpan(random), inventSpan(random)];
  const badBehaviour = random.pick<ApiBehaviour>([failing(500), failing(408), 'hang']);
  const downBehaviour = random.pick<ApiBehaviour>([failing(503), failing(504), 'hang']);
  const limitedShare = random.pick([0, 0.02, 0.2]);
  const faultShare = random.pick([0.05, 0.3, 1]);
  const answer = ({ name, nowMs }: Question): ApiBehaviour => {
    if (outage((nowMs - START_MS) / MINUTE_MS)) return downBehaviour;
    if (random.next() < limitedShare) return failing(429, { 'retry-after': String(random.below(300)) });
    return badFiles.has(name) ? badBehaviour : SCORED;
  };
  const scenario = {
    seed: random.seed,
    files: atOnce,
    arrivals,
    settings: {
      requestsPerMinute: random.pick([20, 60, 100, 600]),
      batchSize: 1 + random.below(10),
      maxConcurrency: 2 + random.below(30),
      timeoutSeconds: random.pick([10, 30, 60, 300]),
      memoryMb: random.pick([128, 512, 1_024]),
      retentionDays: random.pick([1, 4, 13]),
      maxAttempts: random.pick([3, 5, 8]),
    },
    answer,
    awsFault: (minute: number, drawn: Random) =>
      throttling(minute) && drawn.next() < faultShare
        ? drawn.pick(['throttle', 'before', 'after'] as const)
        : 'none',
    isLambdaThrottled: lambdaThrottling,
  } satisfies Scenario;
  return { scenario, files: atOnce + arrivals.perMinute * arrivals.minutes, badFiles };
}

/** In half of the mixes: an outage of up to two hours that starts within the first three hours. */
function inventSpan(random: Random): (minute: number) => boolean {
  if (random.next() < 0.5) return () => false;
  const start = random.below(60);
  const end = start + 1 + random.below(120);
  return (minute) => minute >= start && minute < end;
}
