// Writes tombstones, waits for running deliveries, erases what a plan shows, looks again, and erases what came meanwhile, until
// nothing is left; completes the receipt.
import type { ResolvedEnvironment } from '../../generator/spec/resolve.ts';
import type { Operation } from '../operator/operation.ts';
import { eraseTraces, forgetUploads, notErased, writeTombstones } from './erase.ts';
import { isEmpty, makePlan, type Plan, type Planning } from './plan.ts';
import type { Receipt } from './receipt.ts';

/** The webhook handler answers within four seconds. */
const SHORTEST_WAIT_SECONDS = 5;
const MOST_ROUNDS = 3;

export interface Forgetting {
  readonly planning: Planning;
  readonly plan: Plan;
  readonly receipt: Receipt;
  /** Waits for running deliveries to end. */
  readonly settle: () => Promise<void>;
  /** Gets each look that found something again. */
  readonly onMore: (plan: Plan) => void;
}

/** After this, no function still stores something for a delivery that began before the tombstones. */
export function longestDelivery({ regions }: ResolvedEnvironment): number {
  return Math.max(SHORTEST_WAIT_SECONDS, ...regions.map(({ settings }) => settings.lambda.timeout + 1));
}

/** Returns the last look. Throws a `Problem` if something is left after some rounds. */
export async function eraseAll(
  eraser: Pick<Operation, 'aws' | 'signal' | 'terminal'>,
  { planning, plan: first, receipt, settle, onMore }: Forgetting,
): Promise<Plan> {
  let plan = first;
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    receipt.add(plan.traces);
    await writeTombstones(eraser, plan, planning.nowMs?.());
    for (const traces of plan.traces) await forgetUploads(eraser, traces);
    // A function that did not see them yet may still store an event, or file a recording whose event is erased below.
    await settle();
    for (const traces of plan.traces) {
      const queues = planning.stacks.find(({ stack }) => stack === traces.stack)?.queues ?? [];
      await eraseTraces(eraser, traces, { queues, onMore: (more) => receipt.add([more]) });
    }
    plan = await makePlan(eraser, { ...planning, knownUploads: receipt.knownUploads });
    if (plan.traces.every(isEmpty)) return plan;
    onMore(plan);
  }
  throw notErased(MOST_ROUNDS);
}

/** Dead letters that were hidden from the last look may name what is forgotten: then the receipt stays open. */
export function completeReceipt({ kept, traces }: Plan, receipt: Receipt): boolean {
  if (traces.some(({ unseen }) => unseen.some(({ isDeadLetters }) => isDeadLetters))) return false;
  receipt.finish({
    kept: kept.map(({ name: _, detail: __, ...facts }) => facts),
    not_seen: traces.flatMap(({ unseen }) => unseen.map(({ text }) => text)),
  });
  return true;
}
