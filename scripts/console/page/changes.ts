// The stream of changes, shared by all views: reconnects by itself, and rests while the tab is hidden.
import type { Change, Topic } from '../source.ts';
import { TOPICS } from '../source.ts';
import { ApiError, openStream } from './api.ts';

export type Connection = 'connecting' | 'live' | 'lost' | 'refused';
type Move = Extract<Change, { kind: 'moved' }>;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

class Changes {
  readonly #topics = new Map<() => void, readonly Topic[]>();
  readonly #moves = new Set<(move: Move) => void>();
  readonly #connections = new Set<(connection: Connection) => void>();
  #controller: AbortController | undefined;
  #wait = FIRST_WAIT_MS;
  connection: Connection = 'connecting';

  start(): void {
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#rest() : this.#connect()));
    if (!document.hidden) this.#connect();
  }

  /** Calls `listener` when one of `topics` may have changed. Returns the function that ends it. */
  onTopics(topics: readonly Topic[], listener: () => void): () => void {
    this.#topics.set(listener, topics);
    return () => this.#topics.delete(listener);
  }

  onMove(listener: (move: Move) => void): () => void {
    this.#moves.add(listener);
    return () => this.#moves.delete(listener);
  }

  onConnection(listener: (connection: Connection) => void): () => void {
    this.#connections.add(listener);
    // It may have changed since the caller was rendered.
    listener(this.connection);
    return () => this.#connections.delete(listener);
  }

  #rest(): void {
    this.#controller?.abort();
    this.#controller = undefined;
  }

  #connect(): void {
    if (this.#controller !== undefined) return;
    const controller = new AbortController();
    this.#controller = controller;
    void this.#follow(controller.signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const stream = await openStream(signal);
        this.#become('live');
        this.#wait = FIRST_WAIT_MS;
        // Whatever changed while there was no stream.
        this.#tell(TOPICS);
        for await (const change of readStream(stream)) this.#apply(change);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) return this.#become('refused');
      }
      if (signal.aborted) return;
      this.#become('lost');
      await new Promise((resolve) => setTimeout(resolve, this.#wait));
      this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT_MS);
    }
  }

  #apply(change: Change): void {
    if (change.kind === 'changed') this.#tell(change.topics);
    else for (const listener of this.#moves) listener(change);
  }

  #tell(changed: readonly Topic[]): void {
    for (const [listener, topics] of this.#topics)
      if (topics.some((topic) => changed.includes(topic))) listener();
  }

  #become(connection: Connection): void {
    this.connection = connection;
    for (const listener of this.#connections) listener(connection);
  }
}

export const changes = new Changes();

/** Parses server-sent events; comments and unknown lines are skipped. */
async function* readStream(stream: ReadableStream<Uint8Array>): AsyncGenerator<Change> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: ')) yield JSON.parse(line.slice(6)) as Change;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
