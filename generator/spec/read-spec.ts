// Reads the spec's bytes, or returns a diagnostic. The spec of a repository is untrusted: it may be a symbolic link to
// an endless device, to a pipe without a writer, or to a private file.
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { describeFile, type Result } from '../diagnostics/diagnostic.ts';
import { describeExcess, MAX_BYTES } from './read-spec-text.ts';

/** By path, for code frames and because a pipe can be read only once. */
const known = new Map<string, Uint8Array>();
const RETRY_MS = 10;

/**
 * Reads a spec from a regular file, opened once, or from a pipe of the command line (`/dev/stdin`, `<(…)`). `shownPath`
 * is its name in diagnostics. Problems: SONO100 not readable, or no file; SONO101 size.
 */
export function readSpec(path: string, shownPath: string): Result<Uint8Array> {
  const inherited = findInheritedDescriptor(path);
  const before = inherited === undefined ? undefined : known.get(path);
  if (before !== undefined) return { ok: true, value: before, warnings: [] };
  try {
    const problem = inherited === undefined ? findLinkProblem(path) : undefined;
    if (problem !== undefined) return refuse(shownPath, problem.what, problem.fix);
    // Opening a pipe without a writer would block.
    const descriptor = inherited ?? openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return readFrom(descriptor, path, shownPath, inherited !== undefined);
    } finally {
      if (inherited === undefined) closeSync(descriptor);
    }
  } catch (error) {
    return refuse(shownPath, `the spec cannot be read (${describeError(error)})`, hintAt(inherited));
  }
}

/** The bytes of a spec that this process has read. */
export function recallSpec(path: string): Uint8Array | undefined {
  return known.get(path);
}

function readFrom(
  descriptor: number,
  path: string,
  shownPath: string,
  isInherited: boolean,
): Result<Uint8Array> {
  const stats = fstatSync(descriptor);
  const isPipe = isInherited && (stats.isFIFO() || stats.isSocket());
  if (!stats.isFile() && !isPipe)
    return refuse(shownPath, `the spec is ${nameKind(stats)}, not a file`, 'name the file with --config');
  const bytes = stats.size > MAX_BYTES ? undefined : readToEnd(descriptor);
  if (bytes === undefined || bytes.byteLength > MAX_BYTES) {
    const size = stats.isFile() && stats.size > 0 ? `${stats.size}` : `more than ${MAX_BYTES}`;
    return { ok: false, diagnostics: [describeExcess(shownPath, size)] };
  }
  known.set(path, bytes);
  return { ok: true, value: bytes, warnings: [] };
}

/** Reads at most MAX_BYTES + 1 bytes. */
function readToEnd(descriptor: number): Uint8Array {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    try {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      if (error.code === 'EOF') break;
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
  return buffer.subarray(0, length);
}

/** `/dev/stdin` and the shell's `<(…)` name file descriptors that this process inherits. */
function findInheritedDescriptor(path: string): number | undefined {
  if (path === '/dev/stdin') return 0;
  const [, digits] = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** A symbolic link may lead only to a file in its own folder or below. */
function findLinkProblem(path: string): { readonly what: string; readonly fix: string } | undefined {
  const target = relative(realpathSync(dirname(path)), realpathSync(path));
  if (target !== '..' && !target.startsWith(`..${sep}`)) return undefined;
  return {
    what: 'the spec is a symbolic link that leads out of its folder',
    fix: 'name the file itself with --config',
  };
}

function nameKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

function describeError(error: unknown): string {
  return error instanceof Error ? error.message.replace(/,? \w+(?: '.*')?$/s, '') : String(error);
}

function hintAt(inherited: number | undefined): string {
  if (inherited !== undefined && inherited > 2)
    return 'npm passes only standard input on: `… | npx sonotheia generate --config /dev/stdin`';
  return 'run in the folder that holds sonotheia.config.yaml, name the file with --config, or make one with `npx sonotheia init`';
}

function refuse(file: string, what: string, fix: string): Result<Uint8Array> {
  return { ok: false, diagnostics: [describeFile('SONO100', file, what, fix)] };
}
