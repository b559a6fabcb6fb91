// Time that passes only when nothing is left to do at the present instant: hours go by in milliseconds.
import type { Clock } from '../../../handlers/shared/ports.ts';
import { PriorityQueue } from './priority-queue.ts';

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
  cancelled: boolean;
}

export class VirtualClock implements Clock {
  readonly startMs: number;
  readonly #timers = new PriorityQueue<Timer>(({ atMs }) => atMs);
  #nowMs: number;

  constructor(startMs = Date.UTC(2026, 0, 5)) {
    this.startMs = startMs;
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, run, cancelled: false };
    this.#timers.push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.after(delayMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Lets time pass until `isDone` says so, nothing is planned any more, or so many hours are over. */
  async run(hours: number, isDone: () => boolean): Promise<void> {
    const endsAtMs = this.#nowMs + hours * 3_600_000;
    for (;;) {
      // Every promise that can go on at this instant does so before time passes.
      await new Promise(setImmediate);
      const timer = this.#timers.pop();
      if (timer === undefined || timer.atMs > endsAtMs || isDone()) return;
      if (timer.cancelled) continue;
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.run();
    }
  }
}
