import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openState } from './local-state.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['a damaged line', () => writeFileSync(join(folder, 'state.jsonl'), '["version","1"]\n5\n')],
  [
    'values of another form',
    () => writeFileSync(join(folder, 'state.jsonl'), '["version","1"]\n["objects","a",null]\n'),
  ],
  ['a folder in place of the file', () => mkdirSync(join(folder, 'state.jsonl'))],
  ['a file in place of the objects', () => writeFileSync(join(folder, 'objects'), '')],
])('%s: the problem names the folder, and a reset mends it', (_, damage) => {
  damage();
  expect(() => openState(folder)).toThrow(`The state in ${folder} cannot be read.`);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
  openState(folder, true).close();
  openState(folder).close();
});

test('a path that is no folder is a problem', () => {
  writeFileSync(join(folder, 'file'), '');
  const inside = join(folder, 'file', 'dev');
  expect(() => openState(inside)).toThrow(`The state folder ${inside} cannot be used.`);
});
