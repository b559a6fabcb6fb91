// Who is woken when the API fails, by the generated alarms and a model of CloudWatch: a day of ten events, each
// delivered to the webhook handler as Sonotheia does it.
import { describe, expect, test } from 'vitest';
import { handleRequest } from '../../handlers/webhook_handler/handle-request.ts';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';
import { toRequest } from '../../scripts/local/webhook-request.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { Random } from '../../test/support/handlers/random.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { findAlarm, readAlarm, type Sample } from '../../test/support/simulation/alarm-model.ts';
import { compileDev } from '../../test/support/specs/estimate-yaml.ts';
import { buildModel } from '../model/build-model.ts';
import { renderTree } from './render-tree.ts';

const DAY = 86_400;
/** Sonotheia's attempts, in seconds after the first one; then it gives the event up. */
const ATTEMPTS = [0, 5, 25, 125, 625, 3125];
const EVENTS_A_DAY = 10;
/** What AWS may add to the evaluated periods of sparse data. */
const EXTRA_PERIODS = [0, 1, 3];

const model = buildModel(compileDev());
const hcl = new TextDecoder().decode(
  renderTree(model).find(({ path }) => path.endsWith('api_alarms.tf'))?.contents,
);
const count = readAlarm(hcl, 'api_5xx', model.moduleVariables);
const rate = readAlarm(hcl, 'api_error_rate', model.moduleVariables);

/** The answers to an event that first arrives at `startSeconds`, as the metric 5XXError has them. */
async function deliver(startSeconds: number, isDown: (atSeconds: number) => boolean): Promise<Sample[]> {
  const world = new WebhookWorld();
  const samples: Sample[] = [];
  for (const attempt of ATTEMPTS) {
    const atSeconds = startSeconds + attempt;
    world.injectFaults(new Faults(() => (isDown(atSeconds) ? 'before' : 'none')));
    const { statusCode } = await handleRequest(
      toRequest(readSampleEvent('deepfake.completed')),
      world.start(),
      4_000,
    );
    samples.push({ atSeconds, value: statusCode >= 500 ? 1 : 0 });
    if (statusCode < 500) break;
  }
  return samples;
}

function pickTimes(random: Random): number[] {
  return Array.from({ length: EVENTS_A_DAY }, () => random.next() * DAY).sort((a, b) => a - b);
}

/** A monitor that asks GET /health, which answers 200 without AWS, every minute. */
const HEALTH: readonly Sample[] = Array.from({ length: (2 * DAY) / 60 }, (_, minute) => ({
  atSeconds: minute * 60 + 30,
  value: 0,
}));

describe.each(Array.from({ length: 5 }, (_, seed) => seed + 1))('ten events a day, at times %i', (seed) => {
  const times = pickTimes(new Random(seed));

  test.each([
    ['without a monitor', []],
    ['with a health check every minute', HEALTH],
  ])('an outage starts the rate alarm before its first event is given up, %s', async (_, health) => {
    const samples = (await Promise.all(times.map((time) => deliver(time, () => true)))).flat();
    expect(samples).toHaveLength(EVENTS_A_DAY * ATTEMPTS.length);
    const all = [...samples, ...health];
    const first = times[0] ?? Number.NaN;
    for (const extraPeriods of EXTRA_PERIODS) {
      const at = findAlarm(rate, all, { untilSeconds: first + 3600, extraPeriods });
      expect(at, `${extraPeriods} more periods`).toBeLessThan(first + Math.max(...ATTEMPTS));
    }
    // The documented alarm alone would wake nobody, unless deliveries of several events meet.
    const alone = await deliver(first, () => true);
    expect(findAlarm(count, alone, { untilSeconds: first + 3 * 3600 })).toBeUndefined();
  });

  test('a delivery that fails once and succeeds five seconds later wakes nobody', async () => {
    const [hiccup = 0] = times;
    const days = times.map((time) => deliver(time, (at) => at === hiccup));
    const samples = (await Promise.all(days)).flat();
    expect(samples.filter(({ value }) => value === 1)).toHaveLength(1);
    for (const extraPeriods of EXTRA_PERIODS)
      expect(findAlarm(rate, samples, { untilSeconds: DAY, extraPeriods })).toBeUndefined();
  });
});
