import { setMaxListeners } from 'node:events';

/**
 * Processes items as they arrive, several at a time. After an error or an abort it takes no more, waits for the work that
 * has started, and throws the first error; that of `items` itself, too.
 */
export async function forEachConcurrently<T>(
  items: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const errors: unknown[] = [];
  try {
    for await (const item of items) {
      if (errors.length > 0 || signal.aborted) break;
      const done = work(item)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => running.delete(done));
      running.add(done);
      if (running.size >= concurrency) await Promise.race(running);
    }
  } finally {
    await Promise.all(running);
  }
  signal.throwIfAborted();
  if (errors.length > 0) throw errors[0];
}

/**
 * Like `Promise.all`, but after an error it aborts the others, and waits for their end: a reader of a queue still makes its
 * messages visible again. Throws the first error.
 */
export async function doTogether<T>(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const failure = new AbortController();
  const either = failure.signal;
  const follow = (): void => failure.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  // Each request adds a listener; Node.js would warn of a leak at the 11th.
  setMaxListeners(0, either);
  const running = works.map(async (work) => {
    try {
      return await work(either);
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(running);
  signal.removeEventListener('abort', follow);
  either.throwIfAborted();
  return await Promise.all(running);
}
