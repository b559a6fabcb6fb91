// The folders that are searched for a mirror of the provider, and the versions that are accepted.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findMirror } from './provider-mirror.ts';

const home = mkdtempSync(join(tmpdir(), 'home-'));
const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
const inMirror = join('registry.terraform.io', 'hashicorp', 'aws');
const elsewhere = join(home, 'elsewhere');

/** Uses a separate home folder; mirrors of this machine come last. */
const find = (): string | undefined => {
  const mirror = findMirror();
  return mirror?.startsWith(home) === true ? mirror : undefined;
};

beforeEach(() => {
  mkdirSync(home, { recursive: true });
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_DATA_HOME', undefined);
  vi.stubEnv('TF_CLI_CONFIG_FILE', undefined);
  vi.stubEnv('TF_PLUGIN_CACHE_DIR', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe.runIf(process.platform !== 'win32')('the AWS provider of the tests', () => {
  test.each(['.terraform.d/plugin-cache', '.terraform.d/plugins', '.local/share/terraform/plugins'])(
    'is found in %s',
    (path) => {
      mkdirSync(join(home, path, inMirror, '5.100.0', platform), { recursive: true });
      expect(find()).toBe(join(home, path));
    },
  );

  test('is found in the cache of the environment or the configuration', () => {
    mkdirSync(join(elsewhere, inMirror, '6.30.0', platform), { recursive: true });
    expect(find()).toBeUndefined();
    writeFileSync(join(home, '.terraformrc'), 'plugin_cache_dir = "$HOME/elsewhere"\n');
    expect(find()).toBe(elsewhere);
    vi.stubEnv('TF_CLI_CONFIG_FILE', join(home, 'nowhere.tfrc'));
    expect(find()).toBeUndefined();
    rmSync(join(home, '.terraformrc'));
    vi.stubEnv('TF_PLUGIN_CACHE_DIR', elsewhere);
    expect(find()).toBe(elsewhere);
  });

  test.each([
    ['5.87.0', platform, false],
    ['4.100.0', platform, false],
    ['7.0.0', platform, false],
    ['5.88.0', platform, true],
    ['5.88.0', 'plan9_mips', false],
  ])('version %s for %s is accepted: %s', (version, system, will) => {
    vi.stubEnv('TF_PLUGIN_CACHE_DIR', elsewhere);
    mkdirSync(join(elsewhere, inMirror, version, system), { recursive: true });
    expect(find()).toBe(will ? elsewhere : undefined);
    rmSync(elsewhere, { recursive: true });
    mkdirSync(join(elsewhere, inMirror), { recursive: true });
    writeFileSync(join(elsewhere, inMirror, `terraform-provider-aws_${version}_${system}.zip`), '');
    expect(find()).toBe(will ? elsewhere : undefined);
  });

  test('is not searched when the configuration has a provider_installation', () => {
    mkdirSync(join(home, '.terraform.d/plugins', inMirror, '5.100.0', platform), { recursive: true });
    writeFileSync(join(home, '.terraformrc'), 'provider_installation {\n  direct {}\n}\n');
    expect(findMirror()).toBe('configured');
  });
});
