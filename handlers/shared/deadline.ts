import type { Clock } from './ports.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Call when the work is done: a timer left behind would keep the process awake. */
  clear(): void;
}

/**
 * Starts a signal that aborts after `delayMs`, or together with `parent`. A plain timer holds its controller; the timer of
 * `AbortSignal.timeout` may be collected inside `AbortSignal.any` and then never fires (nodejs/node#57736).
 */
export function startDeadline(clock: Clock, delayMs: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController();
  const follow = () => controller.abort(parent?.reason);
  const cancel = clock.after(Math.max(0, delayMs), () =>
    controller.abort(new DOMException('The time is over', 'TimeoutError')),
  );
  if (parent?.aborted) follow();
  else parent?.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    clear() {
      cancel();
      parent?.removeEventListener('abort', follow);
    },
  };
}
