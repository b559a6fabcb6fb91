import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchPackages } from './watch-packages.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'watched-'));
  mkdirSync(join(root, 'handlers', 'shared'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true }));

function save(path: string): void {
  writeFileSync(join(root, path), String(Math.random()));
}

test('calls once for several saves, and not for tests', async () => {
  mkdirSync(join(root, 'generator'));
  save('generator/cli.ts');
  const saved: string[] = [];
  const stop = watchPackages(root, undefined, async (path) => void saved.push(path));
  // Watching a folder recursively starts a little later.
  await vi.waitFor(
    () => {
      save('handlers/shared/a.ts');
      expect(saved).not.toEqual([]);
    },
    { timeout: 5_000, interval: 300 },
  );
  saved.length = 0;
  for (const path of ['a.ts', 'b.json', 'c.md', 'd.test.ts']) save(`handlers/shared/${path}`);
  await vi.waitFor(() => expect(saved).not.toEqual([]), 5_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(saved).toHaveLength(1);
  expect(['a.ts', 'b.json'].map((name) => join('handlers', 'shared', name))).toContain(saved[0]);
  stop();
});

test('the package, which has no sources, watches nothing', () => {
  watchPackages(root, undefined, () => Promise.reject(new Error('not watched')))();
});
