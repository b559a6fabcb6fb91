// Terraform's list of modules: refused if it leads out of the tree, accepted if Terraform wrote it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeFileSystem } from './file-system.ts';
import { findRedirectedModules } from './redirected-modules.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modules-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const list = (dir: string, root = '.'): string =>
  JSON.stringify({
    Modules: [
      { Key: '', Source: '', Dir: root },
      { Key: 'us_east_1', Source: './modules/sonotheia', Dir: dir },
      { Key: 'test.tests.dev.us_east_1', Source: './modules/sonotheia', Dir: 'modules/sonotheia' },
      { Key: 'vpc', Source: 'registry.terraform.io/acme/vpc/aws', Dir: '.terraform/modules/vpc' },
      { Key: 'vpc.subnets', Source: './subnets', Dir: '.terraform/modules/vpc/subnets' },
    ],
  });

const OWN = 'modules/sonotheia';
test.each([
  ['as Terraform writes it', list(OWN), false],
  ['a folder beside the tree', list('../elsewhere'), true],
  ['a hidden folder', list('.terraform/x'), true],
  ['an absolute folder', list(`/${OWN}`), true],
  ['another root', list(OWN, 'modules'), true],
  ['no JSON', '{', true],
  ['no list', '{"Modules":{}}', true],
])('%s', (_, contents, isRefused) => {
  expect(findRedirectedModules(folder, nodeFileSystem)).toEqual([]);
  // The second one belongs to an environment with its own state bucket.
  const paths = ['.terraform/dev/modules/modules.json', '.terraform/modules/modules.json'];
  // Terraform's own files beside them.
  mkdirSync(join(folder, '.terraform/providers'), { recursive: true });
  for (const name of ['environment', 'terraform.tfstate'])
    writeFileSync(join(folder, '.terraform', name), 'dev');
  expect(findRedirectedModules(folder, nodeFileSystem)).toEqual([]);
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents);
  }
  expect(findRedirectedModules(folder, nodeFileSystem).sort()).toEqual(isRefused ? paths : []);
});

test('a link does not hide it', () => {
  mkdirSync(join(folder, 'elsewhere/modules'), { recursive: true });
  writeFileSync(join(folder, 'elsewhere/modules/modules.json'), list('../elsewhere'));
  symlinkSync('elsewhere', join(folder, '.terraform'));
  expect(findRedirectedModules(folder, nodeFileSystem)).toEqual(['.terraform/modules/modules.json']);
});
