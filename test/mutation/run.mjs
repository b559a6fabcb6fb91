// `npm run test:mutation [area…]`: installs Stryker into this folder and runs it on each area.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { refuseSwallowedOptions } from '../../generator/start/npm-flags.mjs';
import { AREAS } from './areas.mjs';

refuseSwallowedOptions();

const folder = import.meta.dirname;
const projectRoot = join(folder, '..', '..');
const stryker = join(folder, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ readonly cwd: string, readonly env?: Readonly<Record<string, string>> }} options
 */
function run(command, args, { cwd, env = {} }) {
  const { status } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exitCode = 1;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in AREAS));
if (unknown.length > 0) {
  process.stderr.write(`no such area: ${unknown.join(', ')}; there are ${Object.keys(AREAS).join(', ')}\n`);
  process.exit(2);
}
if (!existsSync(stryker)) run('npm', ['ci'], { cwd: folder });
for (const name of wanted.length > 0 ? wanted : Object.keys(AREAS)) {
  const args = [stryker, 'run', join('test', 'mutation', 'stryker.config.mjs')];
  run(process.execPath, args, {
    cwd: projectRoot,
    env: { MUTATION_AREA: name, FAULT_STRIDE: '9', FUZZ_STRINGS: '200' },
  });
}
