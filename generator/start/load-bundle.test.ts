import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { loadBundle } from './load-bundle.mjs';

const { execPath } = process;
afterEach(() => {
  process.execPath = execPath;
});

it('caches compiled code for each build of Node.js, since V8 crashes on that of another build of the same version', () => {
  const folder = mkdtempSync(join(tmpdir(), 'load-bundle-'));
  const bundle = join(folder, 'bundle', 'cli.cjs');
  mkdirSync(join(folder, 'bundle'));
  writeFileSync(bundle, 'exports.answer = 42;');
  const load = () => {
    const { exports, cacheCode } = loadBundle(bundle, folder);
    cacheCode();
    return exports;
  };
  const listCode = () => readdirSync(join(folder, 'bundle')).filter((name) => name.endsWith('.v8'));
  expect([load(), load()]).toEqual([{ answer: 42 }, { answer: 42 }]);
  expect(listCode()).toHaveLength(1);
  const other = join(folder, 'node');
  writeFileSync(other, 'another build');
  process.execPath = other;
  expect(load()).toEqual({ answer: 42 });
  expect(listCode()).toHaveLength(2);
});
