import fs, {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeFileSystem, readErrorCode } from './file-system.ts';

const scratch = mkdtempSync(join(tmpdir(), 'file-system-'));
const at = (name: string): string => join(scratch, name);

afterAll(() => rmSync(scratch, { recursive: true }));
beforeEach(() => {
  for (const name of ['linkSync', 'fsyncSync', 'closeSync', 'writeFileSync'] as const) vi.spyOn(fs, name);
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}

describe('the file system', () => {
  it('returns the kind of a path without following links', () => {
    writeFileSync(at('file'), '');
    mkdirSync(at('folder'));
    symlinkSync(at('file'), at('link'));
    symlinkSync(at('nowhere'), at('dangling'));
    const kinds = ['file', 'folder', 'link', 'dangling', 'nothing', 'file/below'].map((name) =>
      name === 'file/below' ? '' : nodeFileSystem.kindOf(at(name)),
    );
    expect(kinds).toEqual(['file', 'directory', 'symlink', 'symlink', 'absent', '']);
    if (process.platform === 'win32') return;
    expect(nodeFileSystem.kindOf('/dev/null')).toBe('other');
  });

  it('lists in order, and returns times', () => {
    mkdirSync(at('list'));
    for (const name of ['b', 'a', 'c', 'Z']) writeFileSync(at(`list/${name}`), '');
    expect(nodeFileSystem.list(at('list'))).toEqual(['Z', 'a', 'b', 'c']);
    utimesSync(at('list'), 1, 2);
    expect(nodeFileSystem.modifiedAtMs(at('list'))).toBe(2000);
  });

  it('creates missing files and folders, and syncs to disk unless told not to', () => {
    nodeFileSystem.create(at('new'), Buffer.from('text'));
    expect(readFileSync(at('new'), 'utf8')).toBe('text');
    expect(vi.mocked(fs.writeFileSync).mock.calls[0]?.[2]).toEqual({ flag: 'wx', flush: true });
    expect(() => nodeFileSystem.create(at('new'), Buffer.from('other'))).toThrow('EEXIST');
    expect(readFileSync(at('new'), 'utf8')).toBe('text');
    nodeFileSystem.create(at('passing'), Buffer.from(''), false);
    expect(vi.mocked(fs.writeFileSync).mock.lastCall?.[2]).toEqual({ flag: 'wx', flush: false });
  });

  it('syncs the entries of a folder, and closes it even after a failure', () => {
    nodeFileSystem.syncFolder(scratch);
    expect(fs.fsyncSync).toHaveBeenCalledTimes(1);
    expect(fs.closeSync).toHaveBeenCalledTimes(1);
    vi.mocked(fs.fsyncSync).mockImplementationOnce(() => fail('EIO'));
    expect(() => nodeFileSystem.syncFolder(scratch)).toThrow('EIO');
    expect(fs.closeSync).toHaveBeenCalledTimes(2);
  });

  it('keeps a file under a second name, which is the same file', () => {
    writeFileSync(at('kept'), 'kept');
    nodeFileSystem.keep(at('kept'), at('second'));
    expect(fs.statSync(at('second')).ino).toBe(fs.statSync(at('kept')).ino);
  });

  it.each(['EPERM', 'ENOTSUP', 'ENOSYS'])('copies if the file system has no hard links: %s', (code) => {
    writeFileSync(at(`kept-${code}`), 'kept');
    vi.mocked(fs.linkSync).mockImplementation(() => fail(code));
    nodeFileSystem.keep(at(`kept-${code}`), at(`copy-${code}`));
    expect(readFileSync(at(`copy-${code}`), 'utf8')).toBe('kept');
    expect(() => nodeFileSystem.keep(at(`kept-${code}`), at(`copy-${code}`))).toThrow('EEXIST');
  });

  it('fails after any other error', () => {
    vi.mocked(fs.linkSync).mockImplementation(() => fail('EIO'));
    writeFileSync(at('unkept'), '');
    expect(() => nodeFileSystem.keep(at('unkept'), at('never'))).toThrow('EIO');
    vi.mocked(fs.linkSync).mockImplementation(() => {
      throw new TypeError('a bug');
    });
    expect(() => nodeFileSystem.keep(at('unkept'), at('never'))).toThrow('a bug');
    expect(fs.existsSync(at('never'))).toBe(false);
  });
});

it('reads the code of a file system error only', () => {
  expect(readErrorCode(Object.assign(new Error(), { code: 'ENOSPC' }))).toBe('ENOSPC');
  for (const other of [
    new Error('no code'),
    Object.assign(new Error(), { code: 7 }),
    { code: 'ENOSPC' },
    'ENOSPC',
    undefined,
  ]) {
    expect(readErrorCode(other)).toBeUndefined();
  }
});
