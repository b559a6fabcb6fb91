// Reads answers: at a TTY with line editing, or without echo; from a pipe line by line. `node:readline` writes no
// control sequences where TERM is `dumb`, and reports Ctrl-D; @clack/prompts 1.9 does neither.
import type { Interface } from 'node:readline';
import { escapeAll } from '../text/visible-text.ts';
import type { Streams } from './streams.ts';

const INTERRUPT = '\u0003';
const END_OF_INPUT = '\u0004';
const BACKSPACES = ['\u007f', '\b'];

/** The answers of one command. `close` it, or a pipe on stdin keeps the process alive. */
export class Questions {
  readonly #streams: Streams;
  readonly #signal: AbortSignal;
  readonly #interrupt: () => void;
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;

  /** `interrupt` aborts `signal`. */
  constructor(signal: AbortSignal, interrupt: () => void, streams: Streams) {
    this.#streams = streams;
    this.#signal = signal;
    this.#interrupt = interrupt;
  }

  /** Undefined at the end of a pipe. At a TTY, Ctrl-C and Ctrl-D throw the reason of the signal. */
  async ask(question: string): Promise<string | undefined> {
    const { stdin, stderr } = this.#streams;
    if (stdin.isTTY) return await this.#askAtTty(escapeAll(question));
    stderr.write(escapeAll(question));
    const line = await this.#readLine();
    stderr.write('\n');
    return line;
  }

  /** Without echo. A pipe is not asked: its next line is the answer. */
  async askSecret(question: string): Promise<string | undefined> {
    const { stdin, stderr } = this.#streams;
    if (!stdin.isTTY) return await this.#readLine();
    stderr.write(escapeAll(question));
    this.close();
    stdin.setRawMode(true);
    try {
      return await this.#readHidden();
    } finally {
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    }
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#lines = undefined;
  }

  async #askAtTty(question: string): Promise<string> {
    const { createInterface } = await loadReadline();
    const { stdin: input, stderr: output } = this.#streams;
    this.close();
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

  async #readLine(): Promise<string | undefined> {
    if (this.#lines === undefined) {
      const { createInterface } = await loadReadline();
      this.#reader = createInterface({ input: this.#streams.stdin, terminal: false });
      this.#lines = this.#reader[Symbol.asyncIterator]();
    }
    const next = await this.#unlessAborted(this.#lines.next());
    return next.done === true ? undefined : next.value;
  }

  async #unlessAborted<T>(promise: Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    let onAbort: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.#signal.reason);
      this.#signal.addEventListener('abort', onAbort);
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      // Node.js warns at the eleventh listener, in the middle of the questions.
      this.#signal.removeEventListener('abort', onAbort);
    }
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

/** Loaded lazily: few commands ask. */
async function loadReadline(): Promise<typeof import('node:readline')> {
  return await import('node:readline');
}
