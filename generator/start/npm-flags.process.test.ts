// npm's treatment of options before `--`: real npm, in a separate package whose scripts only print that they ran.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { findOptions } from '../../test/support/find-options.ts';
import { explainSwallowedOptions, SHARED_WITH_NPM } from './npm-flags.mjs';

const repository = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'npm-flags-'));
afterAll(() => rmSync(folder, { recursive: true }));

const program = `#!/usr/bin/env node
import { refuseSwallowedOptions } from ${JSON.stringify(join(import.meta.dirname, 'npm-flags.mjs'))};
refuseSwallowedOptions();
console.log('ran ' + JSON.stringify(process.argv.slice(2)));
`;
for (const path of ['inner', 'installed/node_modules/.bin'])
  mkdirSync(join(folder, path), { recursive: true });
for (const [path, scripts] of [
  ['.', { generate: 'node program.mjs own', wrapped: 'npm run --prefix inner generate' }],
  ['inner', { generate: 'node program.mjs own' }],
  ['installed', { generate: 'sonotheia own' }],
] as const) {
  writeFileSync(
    join(folder, path, 'package.json'),
    JSON.stringify({ name: 'own', version: '1.0.0', scripts }),
  );
  writeFileSync(join(folder, path, 'program.mjs'), program);
}
chmodSync(join(folder, 'installed/program.mjs'), 0o755);
symlinkSync('../../program.mjs', join(folder, 'installed/node_modules/.bin/sonotheia'));

/** As in a shell outside of npm, with an .npmrc in the home folder. */
async function npm(words: string, env: NodeJS.ProcessEnv = {}, npmrc = ''): Promise<string> {
  const home = mkdtempSync(join(folder, 'home-'));
  writeFileSync(join(home, '.npmrc'), npmrc);
  const clean = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const { all } = await execa('npm', words.split(' '), {
    cwd: folder,
    env: { ...Object.fromEntries(clean), HOME: home, ...env },
    extendEnv: false,
    all: true,
    reject: false,
  });
  return all;
}

describe('an option that npm takes for itself', () => {
  test.concurrent.each([
    ['run generate --check', '--check'],
    ['run generate --diff', '--diff'],
    ['run generate --chek', '--chek'],
    ['--check run generate', '--check'],
    ['run generate --out x', '--out x'],
    ['run generate --out=', "--out ''"],
    ['run generate --env=dev --env=prod', '--env dev --env prod'],
    ['run generate --diff --dry-run --out x', '--diff --dry-run --out x'],
    ['run generate --out x --config y --yes', '--out <out> --config <config>'],
    ['run wrapped --check', '--check'],
    ['run --prefix installed generate --check', '--check'],
  ])('npm %s', async (words, meant) => {
    const shown = await npm(words);
    expect(shown).toContain(`fix: npm run generate -- `);
    for (const word of meant.match(/--\S+(?: (?!--)\S+)?|\S+/g) ?? []) expect(shown).toContain(word);
    expect(shown).not.toContain('ran');
  });
});

describe('options from elsewhere do not stop a run', () => {
  const npmrc = 'yes=true\nloglevel=warn\nprefix=/tmp/elsewhere\nalways-auth=true\nown_setting = x\n';
  const variables = { npm_config_yes: 'true', npm_config_loglevel: 'error', npm_config_dry_run: 'true' };

  test.concurrent.each([
    ['settings of the home folder', 'run generate', {}, npmrc],
    // Only on Linux can a process read npm's own environment.
    ...(process.platform === 'linux'
      ? [
          ['variables, as CI images set them', 'run generate', variables, ''] as const,
          ['variables, and npm in npm', 'run wrapped', { ...variables, npm_config_own: 'x' }, npmrc] as const,
        ]
      : []),
    ['variables in capitals', 'run generate', { NPM_CONFIG_YES: 'true', NPM_CONFIG_CHECK: 'true' }, ''],
    ['switches of npm', 'run generate --silent --foreground-scripts --if-present', {}, ''],
    ['options behind --', 'run generate -- --check --yes', {}, ''],
    ['options of npx', 'exec --yes --prefix installed -- sonotheia own --check', {}, ''],
  ] as const)('%s', async (_, words, env, text) => {
    expect(await npm(words, env, text)).toContain('ran ["own"');
  });

  test('a different setting in the home folder does not hide the option', async () => {
    expect(await npm('run generate --yes', {}, 'yes=false\n')).toContain('npm run generate -- --yes');
  });

  test.each([
    ['another package manager', { npm_config_user_agent: 'pnpm/10.0.0 npm/? node/v20' }],
    ['a child of a script', { npm_lifecycle_script: 'vitest run' }],
    ['no package manager', { npm_lifecycle_script: undefined }],
  ])('%s', (_, env) => {
    const npmOwn = {
      npm_config_user_agent: 'npm/11.0.0',
      npm_lifecycle_event: 'generate',
      npm_lifecycle_script: 'node program.mjs',
      npm_config_check: 'true',
    };
    const argv = [process.execPath, join(process.cwd(), 'program.mjs')];
    expect(explainSwallowedOptions(argv, npmOwn)).toContain('--check');
    expect(explainSwallowedOptions(argv, { ...npmOwn, ...env })).toBeUndefined();
  });
});

test('every script with our options runs the check first', () => {
  for (const command of Object.values(packageJson.scripts)) {
    const [program = '', file = ''] = command.split(' ');
    if (program !== 'node') continue;
    expect(readFileSync(join(repository, file), 'utf8')).toMatch(/^refuseSwallowedOptions\(\);$/m);
  }
});

test('SHARED_WITH_NPM is complete', () => {
  const npmPath = execFileSync('npm', ['exec', '--offline', '-c', 'node -p process.env.npm_execpath'], {
    encoding: 'utf8',
  });
  const { definitions } = createRequire(npmPath.trim())('@npmcli/config/lib/definitions');
  const shared = [...findOptions('string'), ...findOptions('boolean')].filter((name) => name in definitions);
  expect([...new Set(shared)].sort()).toEqual([...SHARED_WITH_NPM].sort());
});
