// Keeps maps in one file: each change is a line at its end, so that a process killed at any instant leaves at most one
// incomplete line, the last. Opening the file, and its growth, rewrite it with what the maps hold.
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** `[map, key, value]`, or `[map, key]` after a deletion. */
type Line = readonly [string, string, unknown?];

const VERSION = 1;
const READ_BYTES = 1 << 20;
const WRITE_LINES = 1000;
/** A file of less is not worth a rewrite. */
const LEAST_REWRITE_BYTES = 32 << 20;

export class Journal {
  readonly #file: string | undefined;
  readonly #maps = new Map<string, Map<string, unknown>>();
  readonly #onFailure: (error: unknown) => void;
  /** Size of all complete lines. */
  #sizeBytes = 0;
  #descriptor: number | undefined;
  #writtenBytes = 0;
  #rewriteAtBytes = LEAST_REWRITE_BYTES;

  private constructor(file: string | undefined, onFailure: (error: unknown) => void) {
    this.#file = file;
    this.#onFailure = onFailure;
  }

  /**
   * Reads the file, which may not exist yet; without a name, nothing is kept.
   * `onFailure` is called when a change cannot be written: then nothing is written any more.
   * @throws when the file is of another version, or was edited
   */
  static open(file?: string, onFailure: (error: unknown) => void = () => {}): Journal {
    const journal = new Journal(file, onFailure);
    if (file === undefined) return journal;
    mkdirSync(dirname(file), { recursive: true });
    journal.#read(file);
    journal.#rewrite(file);
    return journal;
  }

  /** The map of this name. With `max`, an addition removes the oldest entries. */
  map<Value>(name: string, max = Number.POSITIVE_INFINITY): JournaledMap<Value> {
    const stored = (this.#maps.get(name) ?? new Map()) as Map<string, Value>;
    const map = new JournaledMap<Value>((...change) => this.#append([name, ...change]), stored, max);
    this.#maps.set(name, map as Map<string, unknown>);
    return map;
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #append(line: Line): void {
    if (this.#descriptor === undefined || this.#file === undefined) return;
    const bytes = Buffer.from(format(line));
    try {
      // A full disk takes a part of the line, or nothing.
      if (writeSync(this.#descriptor, bytes) < bytes.length)
        throw new Error('ENOSPC: no space left on device');
      this.#sizeBytes += bytes.length;
      this.#writtenBytes += bytes.length;
      if (this.#writtenBytes >= this.#rewriteAtBytes) this.#rewrite(this.#file);
    } catch (error) {
      // As if the process had ended before this change.
      ftruncateSync(this.#descriptor, this.#sizeBytes);
      this.close();
      this.#onFailure(error);
    }
  }

  #read(file: string): void {
    let number = 0;
    for (const { text, isComplete } of readLines(file)) {
      number += 1;
      const line = parse(text);
      if (line === undefined && !isComplete) return;
      if (number === 1) {
        if (line?.[0] !== 'version' || line[1] !== String(VERSION))
          throw new Error(`${file} is not of version ${VERSION}`);
      } else if (line === undefined) throw new Error(`line ${number} of ${file} is damaged`);
      else this.#apply(line);
    }
  }

  #apply(line: Line): void {
    const [name, key, value] = line;
    const map = this.#maps.get(name) ?? new Map<string, unknown>();
    this.#maps.set(name, map);
    if (line.length === 2) map.delete(key);
    else map.set(key, value);
  }

  #rewrite(file: string): void {
    const temporary = `${file}.new`;
    writeFileSync(temporary, format(['version', String(VERSION)]));
    let lines: string[] = [];
    const flush = (): void => {
      appendFileSync(temporary, lines.join(''));
      lines = [];
    };
    for (const [name, map] of this.#maps) {
      for (const [key, value] of map) {
        lines.push(format([name, key, value]));
        if (lines.length === WRITE_LINES) flush();
      }
    }
    flush();
    this.close();
    renameSync(temporary, file);
    this.#descriptor = openSync(file, 'a');
    this.#writtenBytes = 0;
    this.#sizeBytes = statSync(file).size;
    this.#rewriteAtBytes = Math.max(LEAST_REWRITE_BYTES, this.#sizeBytes);
  }
}

/** A key with its new value, or without one after its deletion. */
type Change<Value> = [key: string] | [key: string, value: Value];

/** A map whose changes are written to the journal. Values are JSON; change one by setting it again. */
export class JournaledMap<Value> extends Map<string, Value> {
  readonly #record: (...change: Change<Value>) => void;
  readonly #max: number;
  readonly #listeners: ((key: string, value: Value | undefined) => void)[] = [];

  constructor(record: (...change: Change<Value>) => void, stored: ReadonlyMap<string, Value>, max: number) {
    super();
    for (const [key, value] of stored) super.set(key, value);
    this.#record = record;
    this.#max = max;
  }

  /** Calls the listener after each change; the value of a deleted key is undefined. */
  onChange(listener: (key: string, value: Value | undefined) => void): void {
    this.#listeners.push(listener);
  }

  override set(key: string, value: Value): this {
    super.set(key, value);
    this.#record(key, value);
    for (const listener of this.#listeners) listener(key, value);
    for (const oldest of this.keys()) {
      if (this.size <= this.#max) break;
      this.delete(oldest);
    }
    return this;
  }

  override delete(key: string): boolean {
    const isDeleted = super.delete(key);
    if (isDeleted) {
      this.#record(key);
      for (const listener of this.#listeners) listener(key, undefined);
    }
    return isDeleted;
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }
}

function format(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

function parse(text: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(text);
    const isLine = Array.isArray(line) && typeof line[0] === 'string' && typeof line[1] === 'string';
    return isLine ? (line as unknown as Line) : undefined;
  } catch {
    return undefined;
  }
}

/** Yields a file's lines; the last is incomplete without a line feed. */
function* readLines(file: string): Generator<{ readonly text: string; readonly isComplete: boolean }> {
  const descriptor = openSync(file, 'a+');
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    let rest: Buffer = Buffer.alloc(0);
    for (let position = 0; ; ) {
      const count = readSync(descriptor, buffer, 0, READ_BYTES, position);
      if (count === 0) break;
      position += count;
      rest = Buffer.concat([rest, buffer.subarray(0, count)]);
      let start = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, start)) {
        yield { text: rest.toString('utf8', start, end), isComplete: true };
        start = end + 1;
      }
      rest = rest.subarray(start);
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), isComplete: false };
  } finally {
    closeSync(descriptor);
  }
}
