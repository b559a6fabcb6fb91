// The receipt of an erasure: what, how many, when and by whom, with digests in place of ids, so that it can be kept for
// ever. It is written before anything is erased and completed at the end, so an interrupted erasure continues in it.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../../generator/command-line/problem.ts';
import type { Traces } from './find-traces.ts';
import { digest, type Subject } from './subjects.ts';

/** Names in a receipt, with their singular. */
export const KINDS = {
  events: 'event',
  entries: 'entry',
  recordings: 'recording',
  messages: 'message',
} as const;
export type Kind = keyof typeof KINDS;
export const KIND_NAMES = Object.keys(KINDS) as Kind[];

interface Run {
  readonly started_at: string;
  readonly by: string;
}

/** Without ids. */
export interface Kept {
  readonly region?: string;
  readonly what: string;
  readonly reason: string;
}

export interface ReceiptText {
  readonly format: 1;
  readonly environment: string;
  readonly account_id: string;
  readonly subjects: readonly Pick<Subject, 'kind' | 'digest'>[];
  readonly runs: readonly Run[];
  /** By region and kind: digests of what was found and erased. */
  readonly erased: Readonly<Record<string, Readonly<Record<Kind, readonly string[]>>>>;
  readonly uploads: readonly string[];
  readonly kept: readonly Kept[];
  /** At the last look: messages that others had received, recordings without readable metadata. */
  readonly not_seen: readonly string[];
  /** When a last look found nothing; null until then. */
  readonly verified_at: string | null;
}

export class Receipt {
  readonly path: string;
  #text: ReceiptText;

  constructor(path: string, text: ReceiptText) {
    this.path = path;
    this.#text = text;
  }

  /** Opens the receipt of an earlier run, or a new one. Throws a `Problem` for a damaged file. */
  static open(folder: string, name: string, fresh: ReceiptText): Receipt {
    const path = join(folder, '.sonotheia', 'forget', `${name}.json`);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new Receipt(path, fresh);
    }
    try {
      const known = JSON.parse(text) as ReceiptText;
      if (known.format === 1) return new Receipt(path, { ...known, runs: [...known.runs, ...fresh.runs] });
    } catch {
      // Reported below.
    }
    throw new Problem({
      what: `${path} is not a receipt of this version. Nothing was changed.`,
      fix: 'move the file away, and run the same command again',
    });
  }

  get knownUploads(): ReadonlySet<string> {
    return new Set(this.#text.uploads);
  }

  get text(): ReceiptText {
    return this.#text;
  }

  /** Whether an earlier run was interrupted. */
  get isBegun(): boolean {
    return this.#text.runs.length > 1 && this.#text.verified_at === null;
  }

  /** Adds what will be erased. Each thing counts once, however often it is found. */
  add(traces: readonly Traces[]): void {
    const erased = Object.fromEntries(
      [...Object.keys(this.#text.erased), ...traces.map(({ stack }) => stack.region.name)].map((region) => {
        const known = this.#text.erased[region];
        const found = traces.find(({ stack }) => stack.region.name === region);
        const lists = KIND_NAMES.map((kind) => [
          kind,
          [
            ...new Set([...(known?.[kind] ?? []), ...(found === undefined ? [] : listDigests(found, kind))]),
          ].sort(),
        ]);
        return [region, Object.fromEntries(lists) as Record<Kind, string[]>];
      }),
    );
    const uploads = [...new Set([...this.#text.uploads, ...traces.flatMap((each) => each.uploads)])].sort();
    this.#write({ ...this.#text, erased, uploads, verified_at: null });
  }

  finish({ kept, not_seen }: Pick<ReceiptText, 'kept' | 'not_seen'>): void {
    this.#write({ ...this.#text, kept, not_seen, verified_at: new Date().toISOString() });
  }

  count(kind: Kind): number {
    return Object.values(this.#text.erased).reduce((sum, lists) => sum + lists[kind].length, 0);
  }

  /** Whole or not at all. */
  #write(text: ReceiptText): void {
    this.#text = text;
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const partial = `${this.path}.partial`;
    writeFileSync(partial, `${JSON.stringify(text, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(partial, this.path);
  }
}

function listDigests({ stack, events, entries, versions, messages }: Traces, kind: Kind): string[] {
  const { names } = stack;
  if (kind === 'recordings')
    return versions.map(({ key, versionId }) => digest([names.bucket, key, versionId]));
  if (kind === 'messages')
    return messages.flatMap(({ queue, ids }) => ids.map((id) => digest([queue.name, id])));
  const items = kind === 'events' ? events : entries;
  return items.map(({ session_id, timestamp }) => digest([names.table, session_id?.S, timestamp?.N]));
}
