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

/** stdin, stdout and stderr; those of the process, or of a test. */
export type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

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
  readonly #signal: AbortSignal;
  readonly #interrupt: () => void;
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;
  #hasProgress = false;

  /** `interrupt` aborts `signal`. */
  constructor(signal: AbortSignal, interrupt: () => void, streams: Streams = process) {
    this.#streams = streams;
    this.isInteractive = streams.stderr.isTTY === true;
    this.colour = findColour(streams);
    this.#signal = signal;
    this.#interrupt = interrupt;
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
    if (this.#streams.stdin.isTTY) return await this.#askAtTty(escapeAll(question));
    this.#streams.stderr.write(escapeAll(question));
    const line = await this.#readLine();
    this.#streams.stderr.write('\n');
    return line;
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
          ? 'It has to be confirmed, and there is nobody at the terminal.'
          : `It was not confirmed: ${expected} was not typed.`,
    });
  }

  /** Asks for a secret without echo, or takes the next line of a pipe. Undefined at the pipe's end. */
  async askSecret(question: string): Promise<string | undefined> {
    if (!this.#streams.stdin.isTTY) return await this.#readLine();
    this.#clearProgress();
    this.#streams.stderr.write(escapeAll(question));
    this.#closeReader();
    const { stdin } = this.#streams;
    stdin.setRawMode(true);
    try {
      return await this.#readHidden();
    } finally {
      stdin.setRawMode(false);
      stdin.pause();
      this.#streams.stderr.write('\n');
    }
  }

  close(): void {
    this.#clearProgress();
    this.#closeReader();
    this.#streams.stdin.unref?.();
  }

  /** Throws the reason of the signal after Ctrl-C and Ctrl-D. */
  async #askAtTty(question: string): Promise<string> {
    const { stdin: input, stderr: output } = this.#streams;
    this.#closeReader();
    const reader = createInterface({ input, output });
    try {
      const answer = new Promise<string>((resolve) => {
        reader.question(question, resolve);
        reader.once('SIGINT', this.#interrupt);
        reader.once('close', this.#interrupt);
      });
      return await this.#unlessAborted(answer);
    } finally {
      reader.off('close', this.#interrupt);
      reader.close();
    }
  }

  #clearProgress(): void {
    if (this.#hasProgress) this.#streams.stderr.write(CLEAR_LINE);
    this.#hasProgress = false;
  }

  #closeReader(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#lines = undefined;
  }

  async #readLine(): Promise<string | undefined> {
    if (this.#lines === undefined) {
      this.#reader = createInterface({ input: this.#streams.stdin, terminal: false });
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
    this.#streams.stdin.setEncoding('utf8').resume();
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
      this.#streams.stdin.on('data', onData);
    });
    try {
      return await this.#unlessAborted(whole);
    } finally {
      this.#streams.stdin.off('data', onData);
    }
  }
}

function findColour({ stdout, stderr }: Streams): { readonly out: boolean; readonly err: boolean } {
  const { env } = process;
  const isWanted = (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return { out: isWanted && stdout.isTTY === true, err: isWanted && stderr.isTTY === true };
}
