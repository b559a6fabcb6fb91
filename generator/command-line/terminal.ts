// What an operator sees and types. Results go to standard output; questions and progress to standard error, so that a
// pipe gets the results alone. Nothing that is typed is ever printed. Everything that is printed is escaped here: names of
// files, answers and errors are other people's text, which could steer the terminal or forge a line.
import { createInterface, type Interface } from 'node:readline';
import { escapeAll } from '../report/visible-text.ts';
import { Problem } from './problem.ts';

const CLEAR_LINE = '\r\u001b[2K';
const REDRAW_EVERY_MS = 100;
const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const BACKSPACES = ['\u007f', '\b'];

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

/** The standard streams, for one command. `close` it, or a pipe on standard input keeps the process alive. */
export class Terminal {
  readonly #signal: AbortSignal;
  readonly #interrupt: () => void;
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;
  #hasProgress = false;

  constructor(signal: AbortSignal, interrupt: () => void) {
    this.#signal = signal;
    this.#interrupt = interrupt;
  }

  /** A line of the result, or several. A line break within a line is shown as `\n`. */
  print(lines: string | readonly string[]): void {
    this.#clearProgress();
    process.stdout.write(formatLines(lines));
  }

  /** A line about the work, or several, for whoever watches. */
  note(lines: string | readonly string[]): void {
    this.#clearProgress();
    process.stderr.write(formatLines(lines));
  }

  startProgress(): Progress {
    let drawnAtMs = 0;
    return {
      update: (text) => {
        if (!process.stderr.isTTY || Date.now() - drawnAtMs < REDRAW_EVERY_MS) return;
        drawnAtMs = Date.now();
        process.stderr.write(`${CLEAR_LINE}${escapeAll(text).slice(0, (process.stderr.columns || 80) - 1)}`);
        this.#hasProgress = true;
      },
      clear: () => this.#clearProgress(),
    };
  }

  /** Asks for one line. Undefined at the end of a pipe; Ctrl-D at a terminal is Ctrl-C. */
  async ask(question: string): Promise<string | undefined> {
    this.#clearProgress();
    process.stderr.write(escapeAll(question));
    const line = await this.#readLine();
    if (!process.stdin.isTTY) process.stderr.write('\n');
    else if (line === undefined) this.#cancel();
    return line;
  }

  /** Asks until `expected` is typed: anything else, and the end of a pipe, throw a `Problem`. */
  async confirm(question: string, expected: string): Promise<void> {
    const answer = await this.ask(`${question} Type ${expected} to go on: `);
    if (answer?.trim() === expected) return;
    throw new Problem({
      what: 'Nothing was changed.',
      why:
        answer === undefined
          ? 'It has to be confirmed, and there is nobody at the terminal.'
          : `It was not confirmed: ${expected} was not typed.`,
    });
  }

  /** Asks for a secret without echo, or takes the next line of a pipe. Undefined at the pipe's end. */
  async askSecret(question: string): Promise<string | undefined> {
    if (!process.stdin.isTTY) return await this.#readLine();
    this.#clearProgress();
    process.stderr.write(escapeAll(question));
    this.#closeReader();
    const { stdin } = process;
    stdin.setRawMode(true);
    try {
      return await this.#readHidden();
    } finally {
      stdin.setRawMode(false);
      stdin.pause();
      process.stderr.write('\n');
    }
  }

  close(): void {
    this.#clearProgress();
    this.#closeReader();
    process.stdin.unref?.();
  }

  #cancel(): void {
    this.#interrupt();
    this.#signal.throwIfAborted();
  }

  #clearProgress(): void {
    if (this.#hasProgress) process.stderr.write(CLEAR_LINE);
    this.#hasProgress = false;
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#lines = undefined;
  }

  async #readLine(): Promise<string | undefined> {
    if (this.#lines === undefined) {
      // Not `terminal`: it would swallow Ctrl-C.
      this.#reader = createInterface({ input: process.stdin, terminal: false });
      this.#lines = this.#reader[Symbol.asyncIterator]();
    }
    const next = await this.#unlessAborted(this.#lines.next());
    return next.done === true ? undefined : next.value;
  }

  async #unlessAborted<T>(promise: Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    return await new Promise<T>((resolve, reject) => {
      this.#signal.addEventListener('abort', () => reject(this.#signal.reason), { once: true });
      promise.then(resolve, reject);
    });
  }

  async #readHidden(): Promise<string> {
    let typed = '';
    process.stdin.setEncoding('utf8').resume();
    let onData: (text: string) => void = () => undefined;
    const whole = new Promise<string>((resolve) => {
      onData = (text) => {
        for (const character of text) {
          if (character === INTERRUPT || (character === END_OF_INPUT && typed === '')) this.#interrupt();
          else if (character === '\r' || character === '\n' || character === END_OF_INPUT) resolve(typed);
          else if (BACKSPACES.includes(character)) typed = typed.slice(0, -1);
          else typed += character;
        }
      };
      process.stdin.on('data', onData);
    });
    try {
      return await this.#unlessAborted(whole);
    } finally {
      process.stdin.off('data', onData);
    }
  }
}
