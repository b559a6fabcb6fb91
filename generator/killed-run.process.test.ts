// `npx sonotheia generate` as a whole, killed at any instant: while it starts, bundles or writes.
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCK_FOLDER } from './write/output-path.ts';

// The number of kills; `npm run test:crash` sets hundreds.
const KILLS = Number(process.env.CRASH_KILLS ?? 8);
/** About the time for which a run holds its locks. */
const WRITING_MS = 30;
const MAIN = join(import.meta.dirname, 'main.mjs');

/** They differ in an environment, the workflow and the packages: files are created, changed and deleted in both directions. */
const SPECS = [
  'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n',
  `project_name: acme-voice
tags: { owner: voice }
build: { source_maps: true }
workflow: { enabled: false }
environments:
  dev: { regions: [us-east-1] }
  prod: { regions: [eu-west-1] }
`,
] as const;

/** Foreign files in the folders that the generator writes. */
const FOREIGN: Readonly<Record<string, string>> = {
  'out/terraform.tfstate': '{"serial":7}',
  'out/modules/sonotheia/extra.tf': '# by hand\n',
  '.github/workflows/tests.yml': 'on: push\n',
};
const FOREIGN_LINK = 'out/notes';

const folder = mkdtempSync(join(tmpdir(), 'killed-run-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Every file and link below the folder but the spec, by its path. */
function takeSnapshot(): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== 'sonotheia.config.yaml' && !lstatSync(join(folder, path)).isDirectory())
    .map((path) => [path, readEntry(join(folder, path))] as const);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readEntry(path: string): string {
  return lstatSync(path).isSymbolicLink() ? `-> ${readlinkSync(path)}` : readFileSync(path, 'latin1');
}

function writeSpec(version: number): void {
  writeFileSync(join(folder, 'sonotheia.config.yaml'), SPECS[version % 2] ?? '');
}

/** A run without a kill; returns its duration in milliseconds. */
function generate(version: number): number {
  writeSpec(version);
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'generate'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return performance.now() - began;
}

/** Kills a run `afterMs` after its start, or after it has begun to write. */
async function generateAndKill(version: number, when: { afterMs: number; writing: boolean }): Promise<void> {
  writeSpec(version);
  const child = spawn(process.execPath, [MAIN, 'generate'], { cwd: folder, stdio: 'ignore' });
  let hasEnded = false;
  const exited = new Promise<void>((resolve) =>
    child.once('close', () => {
      hasEnded = true;
      resolve();
    }),
  );
  while (when.writing && !hasEnded && !existsSync(join(folder, 'out', LOCK_FOLDER))) await setImmediate();
  await Promise.race([setTimeout(when.afterMs), exited]);
  child.kill('SIGKILL');
  await exited;
}

describe('a run of the generator that is killed', () => {
  const trees: Map<string, string>[] = [];
  let durationMs = 0;

  beforeAll(() => {
    for (const [path, contents] of Object.entries(FOREIGN)) {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), contents);
    }
    symlinkSync('../elsewhere', join(folder, FOREIGN_LINK));
    // The first round differs: no environment can have been removed yet.
    for (const version of [0, 1]) generate(version);
    for (const version of [0, 1]) {
      durationMs = Math.max(durationMs, generate(version));
      trees[version] = takeSnapshot();
    }
  });

  it(`leaves only whole files, and the next run completes the tree, ${KILLS} times`, async () => {
    const outcomes = { untouched: 0, interrupted: 0, done: 0 };
    const isOurs = (path: string): boolean => trees.some((tree) => tree.has(path));
    // On a busy machine the run may have finished writing before the kill.
    for (let kill = 0; kill < KILLS || (outcomes.interrupted === 0 && kill < 20 * KILLS); kill += 1) {
      const before = takeSnapshot();
      const when =
        kill % 2 === 0
          ? { afterMs: Math.random() * durationMs, writing: false }
          : { afterMs: Math.random() * WRITING_MS, writing: true };
      await generateAndKill(kill, when);
      const after = takeSnapshot();
      for (const [path, contents] of after) {
        if (!isOurs(path)) continue;
        expect(
          trees.map((tree) => tree.get(path)),
          `${path} is whole`,
        ).toContain(contents);
      }
      if ([...after.keys()].some((path) => /\.sonotheia-(?:staging|lock)/.test(path))) {
        outcomes.interrupted += 1;
      } else {
        const isSame = (tree: ReadonlyMap<string, string> | undefined): boolean =>
          JSON.stringify([...after]) === JSON.stringify([...(tree ?? [])]);
        // A run killed between its two trees, out/ and .github/, has written one of them.
        if (isSame(before)) outcomes.untouched += 1;
        else if (isSame(trees[kill % 2])) outcomes.done += 1;
        else outcomes.interrupted += 1;
      }
      // Sometimes with the spec that was interrupted, sometimes with the other.
      const next = kill + (kill % 3 === 0 ? 1 : 0);
      generate(next);
      expect(takeSnapshot()).toEqual(trees[next % 2]);
    }
    // Otherwise no kill hit a write, and the test proves nothing.
    expect(outcomes.interrupted).toBeGreaterThan(0);
    for (const [path, contents] of Object.entries(FOREIGN)) {
      expect(trees[0]?.get(path)).toBe(contents);
      expect(takeSnapshot().get(path)).toBe(contents);
    }
    expect(takeSnapshot().get(FOREIGN_LINK)).toBe('-> ../elsewhere');
  });
});
