// One writer at a time. The lock is a folder, because creating a folder is atomic on every file system, also on network
// ones. A file in it names the owner; the lock of a dead owner is removed.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type FileSystem, readErrorCode } from './file-system.ts';
import { LOCK_FOLDER } from './output-path.ts';

const OWNER_FILE = 'owner.json';
const BREAKING_SUFFIX = '-breaking';
/** A write takes well under a second: the owner of an older lock is dead, even if it ran on another machine. */
const ABANDONED_AFTER_MS = 10 * 60 * 1000;
/** Grace time for a lock without an owner file: its owner died, or is, between two system calls. */
const NAMELESS_AFTER_MS = 2000;
const RETRY_AFTER_MS = 20;

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Distinguishes a process from a later one with the same id; empty if the system does not provide it. */
  readonly startedAt: string;
}

/**
 * Waits for the lock of an output directory; returns its release function, or undefined if one other run holds it for
 * `waitMs`. With several other runs, waits up to `waitMs` for each.
 */
export function acquireLock(
  outDir: string,
  fileSystem: FileSystem,
  waitMs: number,
): (() => void) | undefined {
  const lock = join(outDir, LOCK_FOLDER);
  let deadline = Date.now() + waitMs;
  let madeAtMs: number | undefined;
  while (!tryMakeFolder(lock, fileSystem)) {
    const currentMs = readTime(lock, fileSystem);
    if (currentMs !== madeAtMs) {
      deadline = Date.now() + waitMs;
      madeAtMs = currentMs;
    }
    if (isAbandoned(lock, fileSystem)) breakLock(lock, fileSystem);
    else if (Date.now() > deadline) return undefined;
    else sleep(RETRY_AFTER_MS);
  }
  // Left by a run that died while it removed a lock.
  removeBreaking(`${lock}${BREAKING_SUFFIX}`, NAMELESS_AFTER_MS, fileSystem);
  const release = (): void => removeLock(lock, fileSystem);
  try {
    const owner: Owner = { pid: process.pid, host: hostname(), startedAt: readStartTime(process.pid) };
    // No sync to disk: after a power cut the lock is obsolete.
    fileSystem.create(join(lock, OWNER_FILE), Buffer.from(JSON.stringify(owner)), false);
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

function tryMakeFolder(path: string, fileSystem: FileSystem): boolean {
  try {
    fileSystem.makeFolder(path);
    return true;
  } catch (error) {
    if (readErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The creation time of a lock; undefined if it is gone. */
function readTime(lock: string, fileSystem: FileSystem): number | undefined {
  try {
    return fileSystem.modifiedAtMs(lock);
  } catch (error) {
    if (readErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAbandoned(lock: string, fileSystem: FileSystem): boolean {
  try {
    const ageMs = Date.now() - fileSystem.modifiedAtMs(lock);
    if (ageMs > ABANDONED_AFTER_MS) return true;
    const owner = readOwner(lock, fileSystem);
    if (owner === undefined) return ageMs > NAMELESS_AFTER_MS;
    return owner.host === hostname() && !isAlive(owner);
  } catch (error) {
    // It was released in the meantime.
    if (readErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function readOwner(lock: string, fileSystem: FileSystem): Owner | undefined {
  const path = join(lock, OWNER_FILE);
  if (fileSystem.kindOf(path) !== 'file') return undefined;
  try {
    return JSON.parse(Buffer.from(fileSystem.read(path)).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isAlive({ pid, startedAt }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return readErrorCode(error) === 'EPERM';
  }
  const now = readStartTime(pid);
  return startedAt === '' || now === '' || now === startedAt;
}

/** Linux only: the 22nd field of /proc/<pid>/stat, counted after the name, which may hold anything. */
function readStartTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/**
 * Two waiting runs may find the same abandoned lock. A second lock around the removal keeps the slower one from
 * removing the new lock of the faster one.
 */
function breakLock(lock: string, fileSystem: FileSystem): void {
  const breaking = `${lock}${BREAKING_SUFFIX}`;
  if (!tryMakeFolder(breaking, fileSystem)) {
    sleep(RETRY_AFTER_MS);
    removeBreaking(breaking, NAMELESS_AFTER_MS, fileSystem);
    return;
  }
  try {
    if (isAbandoned(lock, fileSystem)) removeLock(lock, fileSystem);
  } finally {
    removeBreaking(breaking, Number.NEGATIVE_INFINITY, fileSystem);
  }
}

function removeBreaking(breaking: string, olderThanMs: number, fileSystem: FileSystem): void {
  try {
    if (Date.now() - fileSystem.modifiedAtMs(breaking) >= olderThanMs) fileSystem.removeFolder(breaking);
  } catch (error) {
    if (readErrorCode(error) !== 'ENOENT') throw error;
  }
}

function removeLock(lock: string, fileSystem: FileSystem): void {
  for (const name of fileSystem.list(lock)) fileSystem.remove(join(lock, name));
  fileSystem.removeFolder(lock);
}

function sleep(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}
