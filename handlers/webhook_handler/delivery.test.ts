// Deliveries with faults: no event is lost or stored twice. SOAK=1 runs more of them.

import { afterAll, describe, expect, test } from 'vitest';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';
import { toRequest } from '../../scripts/local/webhook-request.ts';
import { Faults } from '../../test/support/handlers/faults.ts';
import { Random } from '../../test/support/handlers/random.ts';
import { SOAK, SOAK_TIMEOUT_MS } from '../../test/support/handlers/soak.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { handleRequest } from './handle-request.ts';

const EVENT_COUNT = SOAK ? 100_000 : 2_000;
const PARALLEL = 64;
/** The sender's six attempts are at 0, 5, 25, 125, 625 and 3125 s. */
const SENDER_DELAYS_S = [0, 5, 25, 125, 625, 3125];
const random = new Random();
let failed = true;

afterAll(() => {
  if (failed) console.error(`Repeat this run with TEST_SEED=${random.seed}`);
});

interface Sent {
  readonly eventId: string;
  acknowledged: boolean;
}

/** Many events of few sessions within few milliseconds, to provoke collisions of keys. */
function toBody(eventId: string): string {
  return JSON.stringify({
    event_id: eventId,
    event_type: random.pick(['deepfake.completed', 'mfa.completed', 'something.new']),
    // A redelivery may have another time.
    timestamp: new Date(Date.UTC(2026, 0, 5) + random.below(3)).toISOString(),
    data: { session_id: `sess_${random.below(20)}`, score: random.next(), n: eventId },
  });
}

async function runInParallel(tasks: (() => Promise<void>)[]): Promise<void> {
  const queue = tasks.values();
  await Promise.all(
    Array.from({ length: PARALLEL }, async () => {
      for (const task of queue) await task();
    }),
  );
}

async function deliver(
  world: WebhookWorld,
  ports: ReturnType<WebhookWorld['start']>,
  sent: Sent,
): Promise<void> {
  const { statusCode } = await handleRequest(toRequest(toBody(sent.eventId)), ports, 60_000);
  expect([200, 503]).toContain(statusCode);
  if (statusCode === 200) {
    sent.acknowledged = true;
    expect(world.topic.eventIds.has(sent.eventId)).toBe(true);
  }
}

describe('deliveries', () => {
  test(
    `${EVENT_COUNT} events, each delivered 1-6 times under faults: none lost, none twice`,
    async () => {
      const world = new WebhookWorld();
      const ports = world.start();
      const events = Array.from(
        { length: EVENT_COUNT },
        (_, index): Sent => ({ eventId: `evt_${index}`, acknowledged: false }),
      );
      world.injectFaults(Faults.random(random, 0.1));
      const deliveries = events.flatMap((sent) => Array.from({ length: 1 + random.below(6) }, () => sent));
      await runInParallel(random.shuffle(deliveries).map((sent) => () => deliver(world, ports, sent)));

      const storedIds = world.table.events().map((item) => item.event_id?.S);
      const acknowledged = events.filter((event) => event.acknowledged).map(({ eventId }) => eventId);
      const distinctIds = new Set(storedIds);
      expect(distinctIds.size).toBe(storedIds.length);
      expect(acknowledged.filter((eventId) => !distinctIds.has(eventId))).toEqual([]);
      expect(acknowledged.filter((eventId) => !world.topic.eventIds.has(eventId))).toEqual([]);

      world.injectFaults(new Faults());
      await runInParallel(
        events.filter((event) => !event.acknowledged).map((sent) => () => deliver(world, ports, sent)),
      );
      expect(new Set(world.table.events().map((item) => item.event_id?.S))).toEqual(
        new Set(events.map(({ eventId }) => eventId)),
      );
      expect(world.table.events()).toHaveLength(EVENT_COUNT);
      expect(world.table.events().every((item) => item.status?.S === 'announced')).toBe(true);
      failed = false;
    },
    SOAK_TIMEOUT_MS,
  );

  const callCount = 4;
  const crashes = Array.from({ length: callCount }, (_, call) => call).flatMap((call) => [
    { call, moment: 'crash_before' as const },
    { call, moment: 'crash_after' as const },
  ]);
  test.each(crashes)(
    'the next delivery completes the work after a crash ($moment, call $call)',
    async ({ call, moment }) => {
      const world = new WebhookWorld();
      const request = toRequest(readSampleEvent('deepfake.completed'));
      const crash = Faults.crashAt(call, moment);
      world.injectFaults(crash);
      expect(await Promise.race([handleRequest(request, world.start(), 60_000), crash.crashed])).toBe(
        'crashed',
      );
      world.injectFaults(new Faults());
      for (const delayS of SENDER_DELAYS_S.slice(1)) {
        world.clock.timeMs += delayS * 1000;
        expect((await handleRequest(request, world.start(), 60_000)).statusCode).toBe(200);
      }
      expect(world.table.events()).toMatchObject([{ status: { S: 'announced' } }]);
      expect(world.topic.published.length).toBeGreaterThanOrEqual(1);
      expect(world.topic.published.length).toBeLessThanOrEqual(2);
    },
  );

  test('the crash test covers every call of a delivery', async () => {
    const world = new WebhookWorld();
    const faults = new Faults();
    world.injectFaults(faults);
    await handleRequest(toRequest(readSampleEvent('deepfake.completed')), world.start(), 60_000);
    expect(faults.callCount).toBe(callCount);
  });
});
