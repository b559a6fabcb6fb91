import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { chooseInstall } from './install.mjs';

const folder = mkdtempSync(join(tmpdir(), 'install-'));
const lock = (name: string, text = '') => writeFileSync(join(folder, name), text);
afterEach(() => {
  for (const name of ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'])
    rmSync(join(folder, name), { force: true });
});
const choose = () => chooseInstall(folder).command.join(' ');

test('installs what the lock file of each package manager says, without scripts', () => {
  lock('yarn.lock', '# yarn lockfile v1\n\n\nsonotheia-terraform@1:\n');
  expect(choose()).toBe('corepack yarn install --frozen-lockfile --ignore-scripts');
  lock('yarn.lock', '# Manual changes might be lost\n\n__metadata:\n  version: 8\n');
  expect(choose()).toBe('corepack yarn install --immutable --mode=skip-build');
  expect(chooseInstall(folder).env).toEqual({ YARN_NODE_LINKER: 'node-modules' });
  lock('pnpm-lock.yaml');
  expect(choose()).toBe('corepack pnpm install --frozen-lockfile --ignore-scripts');
  lock('package-lock.json');
  expect(choose()).toBe('npm ci --ignore-scripts');
});

test('names the fix where there is no lock file that it can use', () => {
  lock('bun.lock');
  expect(choose).toThrow('run `npm install --package-lock-only` and commit package-lock.json');
});
