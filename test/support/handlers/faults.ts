// Faults of in-memory calls: the call may fail, its response may be lost, the process may crash.
import { type CallRunner, cancelled } from '../../../scripts/local/services/memory-dynamodb.ts';
import type { Random } from './random.ts';

export type Fault = 'none' | 'before' | 'after' | 'throttle' | 'conflict' | 'crash_before' | 'crash_after';

class InjectedError extends Error {
  override readonly name: string;

  constructor(name = 'InjectedError') {
    super('canary-in-an-error-message');
    this.name = name;
  }
}

/** Decides the fault of each call; counts the calls and, on request, lets one of them kill the process. */
export class Faults implements CallRunner {
  callCount = 0;
  /** Settles when an injected crash has happened. */
  readonly crashed: Promise<'crashed'>;
  readonly #decide: (callIndex: number) => Fault;
  readonly #pause: () => Promise<unknown>;
  #crash: () => void = () => {};

  /** `pause` is the duration of a call; by default one turn of the event loop, so that other calls interleave. */
  constructor(
    decide: (callIndex: number) => Fault = () => 'none',
    pause: () => Promise<unknown> = () => new Promise(setImmediate),
  ) {
    this.#decide = decide;
    this.#pause = pause;
    this.crashed = new Promise((resolve) => {
      this.#crash = () => resolve('crashed');
    });
  }

  static random(random: Random, rate: number): Faults {
    const kinds = ['before', 'after', 'throttle', 'conflict'] as const;
    return new Faults(() => (random.next() < rate ? random.pick(kinds) : 'none'));
  }

  /** Kills the process at the call with this index, before or after its effect. */
  static crashAt(index: number, moment: 'crash_before' | 'crash_after'): Faults {
    return new Faults((callIndex) => (callIndex === index ? moment : 'none'));
  }

  /** Runs a call's effect with this call's fault. */
  async around<T>(effect: () => T, kind?: 'transaction'): Promise<T> {
    const fault = this.#decide(this.callCount);
    this.callCount += 1;
    await this.#pause();
    if (fault === 'before') throw new InjectedError('TimeoutError');
    if (fault === 'throttle' || fault === 'conflict') throw refuse(fault, kind);
    if (fault === 'crash_before') return this.#die();
    const result = effect();
    if (fault === 'after') throw new InjectedError('TimeoutError');
    if (fault === 'crash_after') return this.#die();
    return result;
  }

  #die(): Promise<never> {
    this.#crash();
    return new Promise(() => {});
  }
}

/** As DynamoDB refuses a transaction, or as any service refuses a call. */
function refuse(fault: 'throttle' | 'conflict', kind?: 'transaction'): Error {
  if (kind === undefined) return new InjectedError('ThrottlingException');
  if (fault === 'throttle') return new InjectedError('ProvisionedThroughputExceededException');
  return cancelled([{ Code: 'None' }, { Code: 'TransactionConflict' }]);
}
