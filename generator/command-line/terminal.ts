// An operator's input and output. Results go to stdout; questions and progress to stderr, so that a pipe gets only the
// results. Typed text is never printed. All output is escaped here: file names, answers and errors are untrusted text,
// which could control the terminal or forge a line.
import { setImmediate } from 'node:timers/promises';
import { nameDocuments } from '../text/name-documents.ts';
import { escapeAll } from '../text/visible-text.ts';
import { Problem } from './problem.ts';
import { Questions } from './questions.ts';
import { findColour, type Streams } from './streams.ts';

const CLEAR_LINE = '\r\u001b[2K';
const REDRAW_EVERY_MS = 100;

export interface Progress {
  /** Replaces the shown text; only on a TTY, and at most ten times a second. */
  update(text: string): void;
  /** Removes the line. */
  clear(): void;
}

/** Ends each line with a line feed and escapes invisible characters. */
export function formatLines(lines: string | readonly string[]): string {
  return [lines]
    .flat()
    .map((line) => `${escapeAll(line)}\n`)
    .join('');
}

/** Thrown after Ctrl-C or Ctrl-D at a question. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** The standard streams, for one command. `close` it, or a pipe on stdin keeps the process alive. */
export class Terminal {
  /** stderr is a TTY: progress is shown. */
  readonly isInteractive: boolean;
  /** Whether results, and problems, may be coloured. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  readonly #streams: Streams;
  readonly #questions: Questions;
  readonly #documents: string;
  #hasProgress = false;
  #isClosed = false;
  readonly #onClosed = (): void => {
    this.#isClosed = true;
  };

  /** `interrupt` aborts `signal`; `documents` is the folder of the documents that texts name. */
  constructor(
    signal: AbortSignal,
    interrupt: () => void,
    streams: Streams = process,
    documents: string = 'docs',
  ) {
    this.#streams = streams;
    this.#documents = documents;
    this.isInteractive = streams.stderr.isTTY === true;
    this.colour = findColour(streams);
    this.#questions = new Questions(signal, interrupt, streams);
  }

  /** Prints lines of the result to stdout. Shows a line break within a line as `\n`. */
  print(lines: string | readonly string[]): void {
    this.#clearProgress();
    this.#streams.stdout.write(this.nameDocuments(formatLines(lines)));
  }

  /** Prints lines about the progress to stderr. */
  note(lines: string | readonly string[]): void {
    this.#clearProgress();
    this.#streams.stderr.write(this.nameDocuments(formatLines(lines)));
  }

  /** Names the documents where the user has them; `print` and `note` do. */
  nameDocuments(text: string): string {
    return nameDocuments(text, this.#documents);
  }

  /** Prints formatted results without escaping: coloured, or for another program. */
  write(text: string): void {
    this.#clearProgress();
    this.#streams.stdout.write(text);
  }

  /** Like `write`, at the pace of the reader. Returns false once the reader has closed the pipe. */
  async stream(text: string): Promise<boolean> {
    const { stdout } = this.#streams;
    if (!stdout.listeners('error').includes(this.#onClosed)) stdout.on('error', this.#onClosed);
    this.#clearProgress();
    if (!this.#isClosed && !stdout.write(text)) await waitForDrain(stdout);
    // The error of a closed pipe comes in a later turn.
    await setImmediate();
    return !this.#isClosed;
  }

  /** Like `write`, to stderr. */
  writeError(text: string): void {
    this.#clearProgress();
    this.#streams.stderr.write(text);
  }

  /** Whether stdin and stderr are TTYs. */
  get canAsk(): boolean {
    return this.#streams.stdin.isTTY === true && this.isInteractive;
  }

  startProgress(): Progress {
    let drawnAtMs = 0;
    return {
      update: (text) => {
        if (!this.isInteractive || Date.now() - drawnAtMs < REDRAW_EVERY_MS) return;
        drawnAtMs = Date.now();
        this.#streams.stderr.write(
          `${CLEAR_LINE}${escapeAll(text).slice(0, (this.#streams.stderr.columns || 80) - 1)}`,
        );
        this.#hasProgress = true;
      },
      clear: () => this.#clearProgress(),
    };
  }

  /** Asks for one line, or takes the next one of a pipe. Undefined at the end of a pipe; Ctrl-D at a TTY is Ctrl-C. */
  async ask(question: string): Promise<string | undefined> {
    this.#clearProgress();
    return await this.#questions.ask(question);
  }

  /** Asks at a TTY; an empty answer is `fallback`. Throws `Cancelled` after Ctrl-C and Ctrl-D. */
  async askText(question: string, fallback: string): Promise<string> {
    const answer = await this.ask(`${question}${fallback === '' ? '' : ` [${fallback}]`}: `);
    return (answer ?? '').trim() === '' ? fallback : (answer ?? '').trim();
  }

  /** Asks until `expected` is typed: anything else, and the end of a pipe, throw a `Problem`. */
  async confirm(question: string, expected: string): Promise<void> {
    const answer = await this.ask(`${question} Type ${expected} to go on: `);
    if (answer?.trim() === expected) return;
    throw new Problem({
      what: 'Nothing was changed.',
      why:
        answer === undefined
          ? 'It needs confirmation, and stdin is not a TTY.'
          : `It was not confirmed: ${expected} was not typed.`,
    });
  }

  /** Asks for a secret without echo, or takes the next line of a pipe. Undefined at the pipe's end. */
  async askSecret(question: string): Promise<string | undefined> {
    this.#clearProgress();
    return await this.#questions.askSecret(question);
  }

  close(): void {
    this.#clearProgress();
    this.#questions.close();
    this.#streams.stdout.off('error', this.#onClosed);
    this.#streams.stdin.unref?.();
  }

  #clearProgress(): void {
    if (this.#hasProgress) this.#streams.stderr.write(CLEAR_LINE);
    this.#hasProgress = false;
  }
}

/** Also ends when the stream breaks. Leaves no listener: a long output waits many times. */
async function waitForDrain(stdout: Streams['stdout']): Promise<void> {
  const ends = ['drain', 'error', 'close'];
  await new Promise<void>((resolve) => {
    const onEnd = (): void => {
      for (const end of ends) stdout.off(end, onEnd);
      resolve();
    };
    for (const end of ends) stdout.on(end, onEnd);
  });
}
