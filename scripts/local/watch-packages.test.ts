import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OwnHandlers } from '../../generator/bundle/bundle-report.ts';
import { watchPackages } from './watch-packages.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'watched-'));
  mkdirSync(join(root, 'handlers', 'shared'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true }));

const sources = (ownHandlers?: OwnHandlers) => ({
  projectRoot: root,
  specFile: join(root, 'spec.yaml'),
  ownHandlers,
});

/** As many editors do: the file is replaced. */
function save(path: string): void {
  const file = join(root, path);
  writeFileSync(`${file}~`, String(Math.random()));
  renameSync(`${file}~`, file);
}

async function untilOne(saved: string[], path: string): Promise<void> {
  await vi.waitFor(() => expect(saved).not.toEqual([]), 5_000);
  await new Promise((resolve) => setTimeout(resolve, 200));
  // Twice if the machine paused in between.
  expect(new Set(saved.splice(0))).toEqual(new Set([join(root, path)]));
}

test('calls once for several saves, each time that a file is replaced, and not for tests', async () => {
  mkdirSync(join(root, 'generator'));
  save('generator/cli.ts');
  save('handlers/shared/a.ts');
  const saved: string[] = [];
  const stop = watchPackages(sources(), async (path) => void saved.push(path));
  for (const _ of [1, 2, 3]) {
    for (const path of ['b.json', 'a.ts', 'c.md', 'd.test.ts']) save(`handlers/shared/${path}`);
    await untilOne(saved, 'handlers/shared/a.ts');
  }
  save('spec.yaml');
  await untilOne(saved, 'spec.yaml');
  stop();
});

test('follows folders that are replaced, and new ones', async () => {
  const saved: string[] = [];
  const stop = watchPackages(sources({ root, folder: 'own' }), async (path) => void saved.push(path));
  for (const _ of [1, 2]) {
    rmSync(join(root, 'own'), { recursive: true, force: true });
    mkdirSync(join(root, 'own', 'deep'), { recursive: true });
    save('own/deep/a.ts');
    await untilOne(saved, 'own/deep/a.ts');
    save('own/deep/b.ts');
    await untilOne(saved, 'own/deep/b.ts');
  }
  stop();
});

test('the package, which has no sources, watches only the spec', async () => {
  const saved: string[] = [];
  const stop = watchPackages(sources(), async (path) => void saved.push(path));
  save('handlers/shared/a.ts');
  save('spec.yaml');
  await untilOne(saved, 'spec.yaml');
  stop();
});
