// What an operator sees and types. Results go to standard output; questions and progress to standard error, so that a
// pipe gets the results alone. Nothing that is typed is ever printed. Everything that is printed is escaped here: names of
// files, answers and errors are other people's text, which could steer the terminal or forge a line.
import { escapeAll } from '../text/visible-text.ts';
import { Problem } from './problem.ts';
import { Questions } from './questions.ts';
import { findColour, type Streams } from './streams.ts';

const CLEAR_LINE = '\r\u001b[2K';
const REDRAW_EVERY_MS = 100;

export interface Progress {
  /** Shows the text in place of the last one; only on a terminal, and at most ten times a second. */
  update(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

/** Each with its line break; nothing in it but what can be seen. */
export function formatLines(lines: string | readonly string[]): string {
  return [lines]
    .flat()
    .map((line) => `${escapeAll(line)}\n`)
    .join('');
}

/** Thrown where a person gives up at a question: Ctrl-C, or Ctrl-D. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** The standard streams, for one command. `close` it, or a pipe on standard input keeps the process alive. */
export class Terminal {
  /** stderr is a TTY: progress is shown. */
  readonly isInteractive: boolean;
  /** Whether results, and problems, may be coloured. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  readonly #streams: Streams;
  readonly #questions: Questions;
  #hasProgress = false;

  /** `interrupt` aborts `signal`. */
  constructor(signal: AbortSignal, interrupt: () => void, streams: Streams = process) {
    this.#streams = streams;
    this.isInteractive = streams.stderr.isTTY === true;
    this.colour = findColour(streams);
    this.#questions = new Questions(signal, interrupt, streams);
  }

  /** A line of the result, or several. A line break within a line is shown as `\n`. */
  print(lines: string | readonly string[]): void {
    this.#clearProgress();
    this.#streams.stdout.write(formatLines(lines));
  }

  /** A line about the work, or several, for whoever watches. */
  note(lines: string | readonly string[]): void {
    this.#clearProgress();
    this.#streams.stderr.write(formatLines(lines));
  }

  /** Results that a formatter has made: coloured, or for another program. */
  write(text: string): void {
    this.#clearProgress();
    this.#streams.stdout.write(text);
  }

  /** The same on stderr. */
  writeError(text: string): void {
    this.#clearProgress();
    this.#streams.stderr.write(text);
  }

  /** Whether somebody can answer a question. */
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
    this.#streams.stdin.unref?.();
  }

  #clearProgress(): void {
    if (this.#hasProgress) this.#streams.stderr.write(CLEAR_LINE);
    this.#hasProgress = false;
  }
}
