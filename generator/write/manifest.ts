// The manifest lists the generated files of the output directory with their hashes. It is committed, so it must be the
// same on every machine.

import { createHash } from 'node:crypto';
import { compareText } from '../diagnostics/diagnostic.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { isMarker } from '../merge-markers.ts';

/** Path -> lower-case hexadecimal SHA-256 of the contents. */
export type Manifest = ReadonlyMap<string, string>;

const SHA256_HEX = /^[0-9a-f]{64}$/;

/** Lower-case hexadecimal SHA-256. */
export function hashContents(contents: Uint8Array): string {
  return createHash('sha256').update(contents).digest('hex');
}

/** The manifest of a tree. */
export function createManifest(files: readonly GeneratedFile[]): Manifest {
  return new Map(files.map(({ path, contents }) => [path, hashContents(contents)]));
}

/** One line per file, sorted: diffs show the changed files, and merge conflicts are rare. */
export function formatManifest(manifest: Manifest): Uint8Array {
  const sorted = [...manifest].sort(([a], [b]) => compareText(a, b));
  return Buffer.from(
    `${JSON.stringify({ generator: 'sonotheia-terraform', sha256: Object.fromEntries(sorted) }, undefined, 2)}\n`,
  );
}

/** The hashes of a parsed manifest; after a merge a path may have several. */
export type RecordedHashes = ReadonlyMap<string, ReadonlySet<string>>;

const ENTRY = /^ *("(?:[^"\\]|\\.)*"): "([0-9a-f]{64})",?$/;
const FRAME = new Set(['', '{', '}', '  }', '  "generator": "sonotheia-terraform",', '  "sha256": {']);

/** Parses a manifest; undefined if it is not one. Of a merge conflict, reads the hashes of both sides. */
export function parseManifest(contents: Uint8Array): RecordedHashes | undefined {
  const text = Buffer.from(contents).toString('utf8');
  return parseLines(text.split(/\r?\n/)) ?? parseFormatted(text);
}

/**
 * Parses a manifest line by line, in the format that this generator writes. Git's union driver may leave two lines for
 * a path or omit a comma; a conflict leaves markers.
 */
function parseLines(lines: readonly string[]): RecordedHashes | undefined {
  if (!lines.includes('  "sha256": {')) return undefined;
  const recorded = new Map<string, Set<string>>();
  for (const line of lines) {
    if (FRAME.has(line) || isMarker(line)) continue;
    const [, quoted, hash] = ENTRY.exec(line) ?? [];
    if (quoted === undefined || hash === undefined) return undefined;
    const path: string = JSON.parse(quoted);
    recorded.set(path, (recorded.get(path) ?? new Set()).add(hash));
  }
  return recorded;
}

/** Parses a manifest that another tool has formatted. */
function parseFormatted(text: string): RecordedHashes | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value.sha256)) return undefined;
  const entries = Object.entries(value.sha256);
  if (
    !entries.every(
      (entry): entry is [string, string] => SHA256_HEX.test(String(entry[1])) && typeof entry[1] === 'string',
    )
  )
    return undefined;
  return new Map(entries.map(([path, hash]) => [path, new Set([hash])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
