// A virtual clock: time advances when nothing is left to do at the current instant, so that hours take milliseconds.
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

  /** Advances time until `isDone` returns true, no timer is left, or the given hours are over. */
  async run(hours: number, isDone: () => boolean): Promise<void> {
    const endsAtMs = this.#nowMs + hours * 3_600_000;
    for (;;) {
      // Let every promise continue that can, before time advances.
      await new Promise(setImmediate);
      const timer = this.#timers.pop();
      if (timer === undefined || timer.atMs > endsAtMs || isDone()) return;
      if (timer.cancelled) continue;
      this.#nowMs = Math.max(this.#nowMs, timer.atMs);
      timer.run();
    }
  }
}
