/** Thrown by `ask` where the person gives up: Ctrl-C, or Ctrl-D. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** The only way of a command to the outside; `cli.ts` connects it to the process. */
export interface Io {
  /** Results, for people and pipes. */
  readonly out: (text: string) => void;
  /** Problems and progress. */
  readonly err: (text: string) => void;
  /** Somebody is looking: standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Whether results, and problems, may be coloured. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Asks the person at the terminal; undefined where there is none. Throws `Cancelled`. */
  readonly ask: ((question: string, fallback: string) => Promise<string>) | undefined;
}
