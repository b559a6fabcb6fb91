// The manifest: which files of the output directory are generated, and with which bytes. It is committed, so it
// holds nothing that differs between two machines.

import { createHash } from 'node:crypto';
import { compareText } from '../diagnostics.ts';
import type { GeneratedFile } from '../generated-file.ts';

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

/** One line per file, sorted, so that a diff shows which files changed and merges seldom conflict. */
export function formatManifest(manifest: Manifest): Uint8Array {
  const sorted = [...manifest].sort(([a], [b]) => compareText(a, b));
  return Buffer.from(
    `${JSON.stringify({ generator: 'sonotheia-terraform', sha256: Object.fromEntries(sorted) }, undefined, 2)}\n`,
  );
}

/** Reads a manifest back; undefined when it is none. */
export function parseManifest(contents: Uint8Array): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(contents).toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isObject(value.sha256)) return undefined;
  const manifest = new Map<string, string>();
  for (const [path, hash] of Object.entries(value.sha256)) {
    if (typeof hash !== 'string' || !SHA256_HEX.test(hash)) return undefined;
    manifest.set(path, hash);
  }
  return manifest;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
