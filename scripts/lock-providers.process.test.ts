// The command with a stand-in for Terraform that records its arguments: tests do not contact the registry.
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const projectRoot = join(import.meta.dirname, '..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-providers-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'out'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function standInForTerraform(...commands: string[]): void {
  const file = join(folder, 'bin', 'terraform');
  const log = `echo "$(basename "$PWD"): $*" >> ${JSON.stringify(join(folder, 'log'))}`;
  writeFileSync(file, ['#!/bin/sh', log, ...commands, ''].join('\n'));
  chmodSync(file, 0o755);
}

function run(...argv: string[]) {
  const PATH = [join(folder, 'bin'), '/usr/bin', '/bin'].join(':');
  return execa(process.execPath, ['generator/main.mjs', 'lock-providers', ...argv], {
    cwd: projectRoot,
    env: { PATH },
    reject: false,
  });
}

describe.skipIf(process.platform === 'win32')('npx sonotheia lock-providers', () => {
  test('locks for all platforms, in the output folder', async () => {
    standInForTerraform();
    const { exitCode, stdout } = await run('--out', join(folder, 'out'));
    expect(exitCode).toBe(0);
    expect(stdout).toContain('.terraform.lock.hcl');
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(
      'out: get\nout: providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_amd64 -platform=darwin_arm64 -platform=windows_amd64\n',
    );
  });

  test("shows Terraform's error for an unreachable registry, and a fix", async () => {
    standInForTerraform('test "$1" = get && exit 0', 'echo "could not connect to registry" >&2', 'exit 1');
    const { exitCode, stderr } = await run('--out', join(folder, 'out'));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('could not connect to registry');
    expect(stderr).toContain('terraform providers lock failed');
    expect(stderr).toContain('run this on a machine that can, and commit the file');
  });

  test('names the missing tool or folder', async () => {
    const { exitCode, stderr } = await run('--out', join(folder, 'nowhere'));
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no folder');
    expect(stderr).toContain('fix: npx sonotheia generate writes it');
    const bare = await run('--out', join(folder, 'out'));
    expect(bare.exitCode).toBe(1);
    expect(bare.stderr).toContain('There is no terraform on the PATH.');
  });

  test('--help exits with 0', async () => {
    expect(await run('--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--out') });
  });
});

test('the lock file is committed, and the generator does not change it', async () => {
  const { exitCode } = await execa('git', ['check-ignore', '-q', 'out/.terraform.lock.hcl'], {
    cwd: projectRoot,
    reject: false,
  });
  expect(exitCode).toBe(1);
  const config = join(folder, 'sonotheia.config.yaml');
  const lockFile = join(folder, 'out', '.terraform.lock.hcl');
  writeFileSync(config, 'project_name: acme\nenvironments:\n  dev: { regions: [us-east-1] }\n');
  writeFileSync(lockFile, '# locked\n');
  const generate = () =>
    execa(process.execPath, [
      join(projectRoot, 'generator/main.mjs'),
      '--config',
      config,
      '--out',
      dirname(lockFile),
    ]);
  await generate();
  writeFileSync(
    config,
    'project_name: acme\nenvironments:\n  dev: { regions: [us-east-1] }\n  qa: { regions: [us-east-1] }\n',
  );
  await generate();
  writeFileSync(config, 'project_name: acme\nenvironments:\n  dev: { regions: [us-east-1] }\n');
  expect((await generate()).stdout).toContain('deleted qa.tfvars');
  expect(readFileSync(lockFile, 'utf8')).toBe('# locked\n');
});
