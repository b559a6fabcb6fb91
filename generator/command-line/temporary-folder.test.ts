import { rmSync, statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { makeTemporaryFolder } from './temporary-folder.ts';

const { TMPDIR } = process.env;
afterEach(() => {
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
});

test('only this user may read it; a TMPDIR that is missing is a problem with a fix', () => {
  const folder = makeTemporaryFolder('sonotheia-');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  rmSync(folder, { recursive: true });
  process.env.TMPDIR = '/nonexistent';
  expect(() => makeTemporaryFolder('sonotheia-')).toThrow('No folder can be created in /nonexistent');
});
