// Progress on a TTY: the running stage, and the duration of slow ones. Prints nothing to a pipe.
/** Durations of shorter stages are not printed. */
const LONG_MS = 100;
const ERASE_LINE = '\r\u001b[K';

interface Streams {
  /** stderr is a TTY. */
  readonly isInteractive: boolean;
  writeError(text: string): void;
}

export interface Stages {
  /** Starts a stage, and ends the one before it. */
  readonly begin: (name: string) => void;
  readonly end: () => void;
}

/** `now` is in milliseconds. */
export function showStages(streams: Streams, now: () => number = () => performance.now()): Stages {
  if (!streams.isInteractive) return { begin: () => {}, end: () => {} };
  let current: { readonly name: string; readonly since: number } | undefined;
  const end = (): void => {
    if (current === undefined) return;
    const tookMs = now() - current.since;
    streams.writeError(
      tookMs < LONG_MS ? ERASE_LINE : `${ERASE_LINE}${current.name}: ${(tookMs / 1000).toFixed(2)} s\n`,
    );
    current = undefined;
  };
  return {
    begin: (name) => {
      end();
      current = { name, since: now() };
      streams.writeError(`${name} …`);
    },
    end,
  };
}
