import type { Clock } from './ports.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  /** Call when the work is done: a pending timer keeps the process alive. */
  clear(): void;
}

/**
 * Starts a signal that aborts after `delayMs`, or together with `parent`. It uses a plain timer, because a garbage
 * collection can stop `AbortSignal.timeout` inside `AbortSignal.any` (nodejs/node#57736).
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
