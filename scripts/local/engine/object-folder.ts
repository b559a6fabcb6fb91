// The audio bucket's objects in a folder: one file for each different content, named by its digest, so that a copy costs
// nothing and no name of an object becomes a path. The journal has the names.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { etagOf, type Objects, type StoredObject } from '../services/s3-objects.ts';
import type { JournaledMap } from './journal.ts';
import type { MovableClock } from './movable-clock.ts';

export interface ObjectRecord {
  /** SHA-256 of the bytes. */
  readonly content: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
  readonly storageClass?: string;
}

export interface ObjectFolderOptions {
  readonly folder: string;
  readonly records: JournaledMap<ObjectRecord>;
  readonly clock: MovableClock;
}

export class ObjectFolder implements Objects {
  readonly #options: ObjectFolderOptions;
  /** How many objects have each content. */
  readonly #uses = new Map<string, number>();

  /** Removes the contents without an object: a process that was killed leaves them. */
  constructor(options: ObjectFolderOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true });
    for (const { content } of options.records.values()) this.#count(content, 1);
    for (const file of readdirSync(options.folder))
      if (!this.#uses.has(file)) rmSync(join(options.folder, file), { force: true });
  }

  get size(): number {
    return this.#options.records.size;
  }

  has(key: string): boolean {
    return this.#options.records.has(key);
  }

  get(key: string): StoredObject | undefined {
    const record = this.#options.records.get(key);
    if (record === undefined) return undefined;
    const file = this.#fileOf(record.content);
    return {
      ...record,
      get bytes() {
        return readFileSync(file);
      },
    };
  }

  set(key: string, { bytes, contentType, metadata, etag, storageClass }: StoredObject): void {
    const content = createHash('sha256').update(bytes).digest('hex');
    this.#write(content, bytes);
    const before = this.#options.records.get(key);
    this.#count(content, 1);
    this.#options.records.set(key, {
      content,
      sizeBytes: bytes.length,
      etag: etag ?? etagOf(bytes),
      contentType,
      metadata,
      lastModifiedMs: this.#options.clock.nowMs(),
      ...(storageClass === undefined ? {} : { storageClass }),
    });
    if (before !== undefined) this.#count(before.content, -1);
  }

  delete(key: string): void {
    const record = this.#options.records.get(key);
    if (record === undefined) return;
    this.#options.records.delete(key);
    this.#count(record.content, -1);
  }

  /** By key, in S3's order of bytes. */
  list(prefix = ''): (readonly [string, ObjectRecord])[] {
    return [...this.#options.records]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  /** Of the objects with this content. */
  keysOf(content: string): string[] {
    return [...this.#options.records].filter(([, record]) => record.content === content).map(([key]) => key);
  }

  /** Changes the storage class, as a lifecycle rule does. */
  transition(key: string, storageClass: string): void {
    const record = this.#options.records.get(key);
    if (record !== undefined) this.#options.records.set(key, { ...record, storageClass });
  }

  #write(content: string, bytes: Uint8Array): void {
    if (this.#uses.has(content)) return;
    const file = this.#fileOf(content);
    writeFileSync(`${file}.new`, bytes);
    renameSync(`${file}.new`, file);
  }

  #count(content: string, by: number): void {
    const uses = (this.#uses.get(content) ?? 0) + by;
    if (uses > 0) {
      this.#uses.set(content, uses);
      return;
    }
    this.#uses.delete(content);
    rmSync(this.#fileOf(content), { force: true });
  }

  #fileOf(content: string): string {
    return join(this.#options.folder, content);
  }
}
