import fs, { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Journal } from './journal.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'state.jsonl');
});

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(folder, { recursive: true });
});

/** The disk takes that much of each write. */
function limitWrites(bytes: number): void {
  vi.restoreAllMocks();
  const { writeSync } = fs;
  vi.spyOn(fs, 'writeSync').mockImplementation(((descriptor: number, data: Uint8Array) =>
    writeSync(descriptor, data, 0, Math.min(bytes, data.length))) as typeof writeSync);
  syncBuiltinESMExports();
}

function readAll(): Record<string, unknown> {
  const journal = Journal.open(file);
  const map = journal.map<unknown>('a');
  journal.close();
  return Object.fromEntries(map);
}

test('keeps additions, changes and deletions, and rewrites the file when it is opened', () => {
  const journal = Journal.open(file);
  const [a, b] = [journal.map<number>('a'), journal.map<number>('b')];
  a.set('x', 1).set('y', 2).set('x', 3);
  b.set('x', 4);
  a.delete('y');
  expect(a.delete('absent')).toBe(false);
  journal.close();

  expect(readAll()).toEqual({ x: 3 });
  expect(readFileSync(file, 'utf8').split('\n')).toEqual([
    '["version","1"]',
    '["a","x",3]',
    '["b","x",4]',
    '',
  ]);
});

test('a line that was cut off is ignored, at every byte', () => {
  const journal = Journal.open(file);
  journal.map('a').set('x', 'é').set('y', 'é');
  journal.close();
  const whole = readFileSync(file);
  const second = whole.length - Buffer.byteLength('["a","y","é"]\n');
  for (let length = second; length < whole.length - 1; length += 1) {
    writeFileSync(file, whole.subarray(0, length));
    expect(readAll()).toEqual({ x: 'é' });
  }
  // Complete but for its line feed.
  writeFileSync(file, whole.subarray(0, -1));
  expect(readAll()).toEqual({ x: 'é', y: 'é' });
});

test('refuses a damaged line, another version and another file', () => {
  for (const [text, message] of [
    ['["version","1"]\n{{{\n["a","x",1]\n', `line 2 of ${file} is damaged`],
    ['["version","1"]\n["a","x",1]\nnull\n', `line 3 of ${file} is damaged`],
    ['["version","2"]\n', 'is not of version 1'],
    ['project_name: acme\n', 'is not of version 1'],
  ] as const) {
    writeFileSync(file, text);
    expect(() => readAll()).toThrow(message);
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});

test('a limited map forgets its oldest entries, also after it was opened again', () => {
  const journal = Journal.open(file);
  const map = journal.map<number>('a', 2);
  for (const key of [1, 2, 3]) map.set(String(key), key);
  expect([...map.keys()]).toEqual(['2', '3']);
  journal.close();
  expect(readAll()).toEqual({ 2: 2, 3: 3 });
});

test('listeners hear of each change', () => {
  const map = Journal.open(file).map<number>('a', 1);
  const heard: unknown[] = [];
  map.onChange((...change) => heard.push(change));
  map.set('x', 1).set('y', 2);
  map.clear();
  expect(heard).toEqual([
    ['x', 1],
    ['y', 2],
    ['x', undefined],
    ['y', undefined],
  ]);
});

test('lines are read across the boundaries of the buffer', () => {
  const long = 'é'.repeat(700_000);
  const journal = Journal.open(file);
  journal.map('a').set('x', long).set('y', long);
  journal.close();
  appendFileSync(file, '["a","z"');
  expect(readAll()).toEqual({ x: long, y: long });
});

test('on a full disk, ends at the last change that was written', () => {
  const failures: unknown[] = [];
  const journal = Journal.open(file, (error) => failures.push(error));
  const map = journal.map<string>('a');
  map.set('x', 'written');
  limitWrites(5);
  map.set('y', 'too long');
  limitWrites(Number.POSITIVE_INFINITY);
  map.set('z', 'later');
  expect(failures).toEqual([new Error('ENOSPC: no space left on device')]);
  expect(readAll()).toEqual({ x: 'written' });
});
