// The generator in each of its states, and esbuild alone, as commands to measure.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCacheFolder } from '../../generator/cache.mjs';
import { ensureBundle } from '../../generator/start/ensure-bundle.mjs';
import type { Subject } from './measure-process.ts';
import { BENCH_REGIONS, describeBenchSpec } from './spec.ts';

const REGIONS_EACH = 5;
export const LIMIT = 'esbuild alone';
export const EDITED = 'spec edited, 1 pair';

export const nameCold = (pairs: number): string => `cold, ${describePairs(pairs)}`;
export const nameUnchanged = (pairs: number): string => `unchanged, ${describePairs(pairs)}`;
const describePairs = (pairs: number): string => `${pairs} ${pairs === 1 ? 'pair' : 'pairs'}`;

/** The generator for specs of these sizes. Its bundle is made beforehand. */
export async function createSubjects(
  projectRoot: string,
  scratch: string,
  sizes: readonly number[],
): Promise<Subject[]> {
  const limit = await ensureBundle(projectRoot, 'test/bench/limit.ts');
  await ensureBundle(projectRoot, 'generator/cli.ts');
  const command = [process.execPath, join(projectRoot, 'generator', 'main.mjs')] as const;
  const generate = (cwd: string): void => {
    execFileSync(command[0], command.slice(1), { cwd, stdio: 'ignore' });
  };
  const folders = sizes.map((pairs) => ({ pairs, cwd: writeSpec(join(scratch, `spec-${pairs}`), pairs) }));
  const edited = writeSpec(join(scratch, 'edited'), 1);
  let edits = 0;
  const edit = (): void => {
    generate(edited);
    edits += 1;
    appendFileSync(join(edited, 'sonotheia.config.yaml'), `  added${edits}: { regions: [us-east-1] }\n`);
  };
  return [
    { name: LIMIT, command: [process.execPath, limit, projectRoot], cwd: scratch },
    ...folders.map(({ pairs, cwd }) => {
      const prepare = (): void => forget(projectRoot, cwd);
      return { name: nameCold(pairs), command, cwd, prepare };
    }),
    { name: EDITED, command, cwd: edited, prepare: edit },
    ...folders.map(({ pairs, cwd }) => {
      return { name: nameUnchanged(pairs), command, cwd, prepare: () => generate(cwd) };
    }),
  ];
}

/** A spec of `pairs` environment-region pairs, in environments of up to five regions. */
function writeSpec(folder: string, pairs: number): string {
  const environments = Array.from({ length: Math.ceil(pairs / REGIONS_EACH) }, (_, index) =>
    BENCH_REGIONS.slice(0, Math.min(REGIONS_EACH, pairs - index * REGIONS_EACH)),
  );
  mkdirSync(folder);
  writeFileSync(join(folder, 'sonotheia.config.yaml'), describeBenchSpec(environments));
  return folder;
}

/** Removes the tree and the cached zips; the bundle stays. */
function forget(projectRoot: string, folder: string): void {
  rmSync(join(folder, 'out'), { recursive: true, force: true });
  const cache = findCacheFolder(projectRoot);
  for (const name of readdirSync(cache)) if (name.startsWith('zips-')) rmSync(join(cache, name));
}
