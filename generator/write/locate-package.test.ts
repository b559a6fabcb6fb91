import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isInstalled, locatePackage } from './locate-package.ts';

const root = mkdtempSync(join(tmpdir(), 'workspaces-'));
afterAll(() => rmSync(root, { recursive: true }));

test('the package is where the nearest node_modules has it, or will be in the own one', () => {
  const workingDir = join(root, 'packages', 'infra');
  const projectRoot = join(root, 'store', 'sonotheia-terraform');
  mkdirSync(workingDir, { recursive: true });
  const own = join(workingDir, 'node_modules', 'sonotheia-terraform');
  expect(locatePackage({ workingDir, projectRoot })).toBe(own);
  expect(isInstalled({ workingDir, projectRoot })).toBe(false);
  const hoisted = join(root, 'node_modules', 'sonotheia-terraform');
  mkdirSync(hoisted, { recursive: true });
  expect(locatePackage({ workingDir, projectRoot })).toBe(hoisted);
  expect(isInstalled({ workingDir, projectRoot })).toBe(true);
  mkdirSync(own, { recursive: true });
  expect(locatePackage({ workingDir, projectRoot })).toBe(own);
});
