import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useScratchFolders } from '../../test/support/written-tree.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { acquireLock } from './lock.ts';

const makeFolder = useScratchFolders();
const HERE = hostname();
const MINUTE_S = 60;
const SHORT_MS = 120;
let outDir = '';
let lock = '';

afterEach(() => vi.restoreAllMocks());

beforeEach(() => {
  outDir = makeFolder();
  lock = join(outDir, '.sonotheia-lock');
});

/** The 22nd field of /proc/<pid>/stat; the second one, the name, is in parentheses. */
function readStartTime(pid: number): string {
  if (process.platform !== 'linux') return '';
  return (
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^\d+ \(.*\) /s, '')
      .split(' ')[19] ?? ''
  );
}

const MYSELF = { pid: process.pid, host: HERE, startedAt: readStartTime(process.pid) };

/** A lock of another run, held or abandoned. */
function leaveLock({ owner, ageSeconds = 0 }: { owner?: unknown; ageSeconds?: number }): void {
  mkdirSync(lock);
  if (owner !== undefined) {
    writeFileSync(join(lock, 'owner.json'), typeof owner === 'string' ? owner : JSON.stringify(owner));
  }
  setAge(lock, ageSeconds);
}

function setAge(path: string, ageSeconds: number): void {
  const time = Date.now() / 1000 - ageSeconds;
  utimesSync(path, time, time);
}

function acquire(fileSystem: FileSystem = nodeFileSystem, waitMs = SHORT_MS): (() => void) | undefined {
  return acquireLock(outDir, fileSystem, waitMs);
}

function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}

describe('acquireLock', () => {
  it('names its owner, and leaves nothing when it is released', () => {
    const release = acquire();
    expect(JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8'))).toEqual(MYSELF);
    expect(acquire()).toBeUndefined();
    release?.();
    expect(readdirSync(outDir)).toEqual([]);
  });

  it('waits for the given time, and no longer', () => {
    leaveLock({ owner: MYSELF });
    const began = Date.now();
    expect(acquire(nodeFileSystem, 300)).toBeUndefined();
    expect(Date.now() - began).toBeGreaterThanOrEqual(300);
    expect(Date.now() - began).toBeLessThan(5000);
    expect(existsSync(join(lock, 'owner.json'))).toBe(true);
  });

  it('takes the lock as soon as it is released', () => {
    leaveLock({ owner: MYSELF });
    let attempts = 0;
    const makeFolder = (path: string): void => {
      attempts += 1;
      if (attempts === 3) rmSync(lock, { recursive: true });
      nodeFileSystem.makeFolder(path);
    };
    expect(acquire({ ...nodeFileSystem, makeFolder }, 60_000)).toBeTypeOf('function');
    expect(attempts).toBe(3);
  });

  it.each([
    ['of a process that is gone', { owner: { ...MYSELF, pid: 2 ** 22 + 1 } }],
    ['of a process whose id another one has now', { owner: { ...MYSELF, startedAt: '1' } }],
    [
      'of another machine, after more than ten minutes',
      { owner: { ...MYSELF, host: 'elsewhere' }, ageSeconds: 10 * MINUTE_S + 5 },
    ],
    ['of a process of this machine, after more than ten minutes', { owner: MYSELF, ageSeconds: 605 }],
    ['without an owner, after two seconds', { ageSeconds: 3 }],
    ['with half an owner, after two seconds', { owner: '{"pid":', ageSeconds: 3 }],
  ])('takes over a lock %s', (_, left) => {
    leaveLock(left);
    const release = acquire();
    expect(JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8'))).toEqual(MYSELF);
    expect(readdirSync(outDir)).toEqual(['.sonotheia-lock']);
    release?.();
    expect(readdirSync(outDir)).toEqual([]);
  });

  it('takes over a lock whose owner file is a link to nowhere', () => {
    leaveLock({});
    symlinkSync('nowhere', join(lock, 'owner.json'));
    setAge(lock, 3);
    expect(acquire()).toBeTypeOf('function');
  });

  it.each([
    ['of a living process', { owner: MYSELF, ageSeconds: 9 * MINUTE_S }],
    ['of a living process of unknown age', { owner: { ...MYSELF, startedAt: '' } }],
    [
      'of another machine',
      { owner: { pid: 2 ** 22 + 1, host: 'elsewhere', startedAt: '' }, ageSeconds: 590 },
    ],
    ['without an owner yet', { ageSeconds: 0 }],
    ['with half an owner yet', { owner: '{"pid":' }],
  ])('respects a lock %s', (_, left) => {
    leaveLock(left);
    const before = readdirSync(lock);
    expect(acquire()).toBeUndefined();
    expect(readdirSync(lock)).toEqual(before);
    expect(readdirSync(outDir)).toEqual(['.sonotheia-lock']);
  });

  it.each([
    ['EPERM', false],
    ['ESRCH', true],
  ])('reads from %s whether a process of another user is alive', (code, isTaken) => {
    leaveLock({ owner: { ...MYSELF, startedAt: '' } });
    vi.spyOn(process, 'kill').mockImplementation(() => fail(code));
    expect(acquire() !== undefined).toBe(isTaken);
  });

  it.each([
    ['others that take turns', 1, 'function'],
    ['one that goes on and on', 0, 'undefined'],
  ])('waits for %s', (_who, stepMs, outcome) => {
    leaveLock({ owner: MYSELF });
    const freeAtMs = Date.now() + 4 * SHORT_MS;
    let turns = 0;
    const makeFolder = (path: string): void => {
      if (path === lock && Date.now() < freeAtMs) fail('EEXIST');
      if (path === lock) rmSync(lock, { recursive: true });
      nodeFileSystem.makeFolder(path);
    };
    const modifiedAtMs = (path: string): number => {
      turns += stepMs;
      return nodeFileSystem.modifiedAtMs(path) + turns;
    };
    expect(typeof acquire({ ...nodeFileSystem, makeFolder, modifiedAtMs })).toBe(outcome);
  });

  it('tries again when the lock disappears during its inspection, and fails after any other error', () => {
    leaveLock({ owner: MYSELF });
    const vanishing = (path: string): number => {
      if (path === lock) rmSync(lock, { recursive: true });
      return fail('ENOENT');
    };
    const release = acquire({ ...nodeFileSystem, modifiedAtMs: vanishing });
    expect(release).toBeTypeOf('function');
    release?.();
    leaveLock({ owner: MYSELF });
    expect(() => acquire({ ...nodeFileSystem, modifiedAtMs: () => fail('EACCES') })).toThrow('EACCES');
    expect(() => acquire({ ...nodeFileSystem, makeFolder: () => fail('EROFS') })).toThrow('EROFS');
    expect(() => acquire({ ...nodeFileSystem, read: () => fail('EIO') })).toThrow('EIO');
  });

  it('leaves no lock without an owner file', () => {
    expect(() => acquire({ ...nodeFileSystem, create: () => fail('ENOSPC') })).toThrow('ENOSPC');
    expect(readdirSync(outDir)).toEqual([]);
  });

  it('does not sync to disk: a lock need not survive a power cut', () => {
    const create = vi.fn(nodeFileSystem.create);
    acquire({ ...nodeFileSystem, create });
    expect(create.mock.calls[0]?.[2]).toBe(false);
  });
});

describe('a lock that is being broken', () => {
  const breaking = (): string => `${lock}-breaking`;

  it('by a run that died is broken after two seconds', () => {
    leaveLock({ owner: { ...MYSELF, startedAt: '1' } });
    mkdirSync(breaking());
    const began = Date.now();
    expect(acquire()).toBeTypeOf('function');
    expect(Date.now() - began).toBeGreaterThan(1500);
    expect(readdirSync(outDir)).toEqual(['.sonotheia-lock']);
  });

  it('is kept when another run has taken its place', () => {
    leaveLock({ owner: { ...MYSELF, startedAt: '1' } });
    const makeFolder = (path: string): void => {
      nodeFileSystem.makeFolder(path);
      // Another run was faster: this lock belongs to it.
      if (path === breaking()) writeFileSync(join(lock, 'owner.json'), JSON.stringify(MYSELF));
    };
    expect(acquire({ ...nodeFileSystem, makeFolder })).toBeUndefined();
    expect(JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8'))).toEqual(MYSELF);
    expect(readdirSync(outDir)).toEqual(['.sonotheia-lock']);
  });

  it.each([
    [5, ['.sonotheia-lock']],
    [0, ['.sonotheia-lock', '.sonotheia-lock-breaking']],
  ])('leaves a trace, which the next lock removes once it is old: %i s', (ageSeconds, left) => {
    mkdirSync(breaking());
    setAge(breaking(), ageSeconds);
    expect(acquire()).toBeTypeOf('function');
    expect(readdirSync(outDir).sort()).toEqual(left);
  });

  it('fails if a trace cannot be removed', () => {
    mkdirSync(breaking());
    setAge(breaking(), 5);
    expect(() => acquire({ ...nodeFileSystem, removeFolder: () => fail('EACCES') })).toThrow('EACCES');
  });
});
