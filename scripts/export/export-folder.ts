// The folder of an export. Receives its path, promises a folder that is empty or an unfinished export of the same session;
// each file appears whole or not at all. Only its owner may read it.

import { createHash } from 'node:crypto';
import {
  createReadStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Problem } from '../../generator/command-line/problem.ts';

export const MANIFEST = 'manifest.json';
const PARTIAL = '.partial';

/** The session of an export. */
export interface Subject {
  readonly environment: string;
  readonly session_id: string;
}

export interface WrittenFile {
  /** With `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export class ExportFolder {
  readonly #path: string;

  constructor(path: string, subject: Subject) {
    this.#path = path;
    checkFolder(path, subject);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const manifest = { format: 1, ...subject, complete: false };
    // First, since it tells whose folder this is.
    writeWhole(join(path, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    mkdirSync(join(path, 'recordings'), { recursive: true, mode: 0o700 });
  }

  /** Returns the digest of a file that is there already in its full size. */
  async find(path: string, bytes: number): Promise<WrittenFile | undefined> {
    const file = join(this.#path, path);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || stats.size !== bytes) return undefined;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk);
    return { path, bytes, sha256: hash.digest('hex') };
  }

  async write(
    path: string,
    chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array | string>,
  ): Promise<WrittenFile> {
    const file = join(this.#path, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const hash = createHash('sha256');
    let bytes = 0;
    rmSync(file + PARTIAL, { force: true });
    // `wx`: writes through no link that somebody put there.
    const handle = await open(file + PARTIAL, 'wx', 0o600);
    try {
      for await (const chunk of chunks) {
        const part = Buffer.from(chunk as Uint8Array);
        hash.update(part);
        bytes += part.length;
        await handle.writeFile(part);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(file + PARTIAL, file);
    return { path, bytes, sha256: hash.digest('hex') };
  }
}

/** Throws a `Problem` for a folder with other contents, or with a finished export. */
export function checkFolder(path: string, subject: Subject): void {
  // Left by a run that was killed before its first file was whole.
  const present = listFolder(path).filter((name) => name !== MANIFEST + PARTIAL);
  const begun = present.includes(MANIFEST) ? readManifest(join(path, MANIFEST)) : undefined;
  const isSame = begun?.environment === subject.environment && begun.session_id === subject.session_id;
  if (present.length > 0 && !isSame)
    throw new Problem({
      what: `${path} has other contents. Nothing was changed.`,
      why: 'An export writes only to a new folder, or continues its own.',
      fix: 'give --out a new folder',
    });
  if (begun?.complete === true)
    throw new Problem({
      what: `${path} is a finished export of this session. Nothing was changed.`,
      fix: 'give --out a new folder, or remove this one',
    });
}

function writeWhole(file: string, text: string): void {
  rmSync(file + PARTIAL, { force: true });
  writeFileSync(file + PARTIAL, text, { mode: 0o600, flag: 'wx', flush: true });
  renameSync(file + PARTIAL, file);
}

/** Empty if it does not exist. */
function listFolder(path: string): string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isDirectory()) return readdirSync(path);
  throw new Problem({
    what: `${path} is not a folder. Nothing was changed.`,
    fix: 'give --out a new folder',
  });
}

function readManifest(file: string): Partial<Subject & { readonly complete: boolean }> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof manifest === 'object' && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}
