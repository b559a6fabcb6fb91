import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findPackageManager } from './package-manager.ts';

test('the nearest lock file shows the package manager; without one it is npm', () => {
  const root = mkdtempSync(join(tmpdir(), 'package-manager-'));
  const inner = join(root, 'infra', 'voice');
  mkdirSync(inner, { recursive: true });
  const find = (): string => findPackageManager(inner).add;
  expect(find()).toBe('npm install --save-dev --save-exact');
  writeFileSync(join(root, 'pnpm-lock.yaml'), '');
  expect(find()).toBe('pnpm add --save-dev --save-exact');
  writeFileSync(join(root, 'infra', 'yarn.lock'), '');
  expect(find()).toBe('yarn add --dev --exact');
  writeFileSync(join(inner, 'bun.lock'), '');
  expect(find()).toBe('bun add --dev --exact');
});
