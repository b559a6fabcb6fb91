// Which edits the command refuses: none of a spec that was only generated; losses in one that is deployed, or that
// another machine may have deployed.
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeState } from '../test/support/specs/hand-made-state.ts';

const PROJECT_ROOT = fileURLToPath(new URL('../', import.meta.url));
const RECORD = 'out/.sonotheia-stacks.json';
const CONFIG = 'sonotheia.config.yaml';
const SPEC = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n';
const RENAMED = SPEC.replace('acme-voice', 'acme-speech');
const DEPLOYED = { 'us-east-1': { bucket: 'acme-voice-audio-dev', table: 'acme-voice-sessions-dev' } };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'first-edit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  ...args: string[]
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(PROJECT_ROOT, 'generator/main.mjs'), ...args],
    { cwd: folder, reject: false },
  );
  return { exitCode, stdout, stderr };
}

const save = (text: string): void => writeFileSync(join(folder, CONFIG), text);
const path = (name: string): string => join(folder, name);
const readMark = (environment: string): unknown =>
  JSON.parse(readFileSync(path(RECORD), 'utf8')).environments[environment].deployed;

describe('a clone of the repository', () => {
  let example: string;

  beforeEach(() => {
    for (const name of [CONFIG, 'out', 'schema', '.github'])
      cpSync(join(PROJECT_ROOT, name), path(name), {
        recursive: true,
        // Files that a working copy has and a clone lacks.
        filter: (file) => !/[\\/](\.terraform|.*\.zip|.*tfstate.*)$/.test(file),
      });
    example = readFileSync(path(CONFIG), 'utf8');
  });

  const readme = readFileSync(join(PROJECT_ROOT, 'README.md'), 'utf8');
  const ownSpec = /^```yaml\n(project_name: [\s\S]*?)^```/m.exec(readme)?.[1] ?? '';
  const edits: [string, (text: string) => string][] = [
    ["the README's own spec", () => ownSpec],
    ['three lines', () => SPEC],
    [
      'another project',
      (text) => text.replace('project_name: sonotheia-example', 'project_name: acme-voice'),
    ],
    [
      'bucket names with the account',
      (text) => text.replace('# bucket_suffix: account-id', 'bucket_suffix: account-id'),
    ],
    ['another first environment', (text) => text.replace('\n  dev:', '\n  test:')],
    ['fewer environments', (text) => text.replace(/\n {2}staging:[\s\S]*?(?=\n {2}\w)/, '')],
    ['other regions', (text) => text.replaceAll('us-east-1', 'eu-west-1')],
  ];

  test.each(edits)('accepts %s as its first edit', async (_, edit) => {
    const edited = edit(example);
    expect(edited).not.toBe(example);
    save(edited);
    const { exitCode, stderr } = await run();
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr.match(/(warning|error) SONO\d+/g) ?? []).toEqual(['warning SONO611']);
    // From then on it is like any first generation.
    expect(await run()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(path('out/providers.tf'), 'utf8')).not.toContain('retiring');
  });

  test('accepts the spec of init after the example was moved away', async () => {
    renameSync(path(CONFIG), path('example.yaml'));
    expect(await run('init', '--yes', '--project-name', 'acme-voice')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(path(CONFIG), 'utf8')).toMatch(/^ {4}bucket_suffix: account-id #.*globally unique/m);
    expect(await run()).toMatchObject({ exitCode: 0 });
    expect(readFileSync(path('out/dev.tfvars'), 'utf8')).toContain('acme-voice');
  });

  test('is unchanged by a generation without an edit', async () => {
    const record = readFileSync(path(RECORD), 'utf8');
    expect(await run('--check')).toMatchObject({ exitCode: 0 });
    expect(await run()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(path(RECORD), 'utf8')).toBe(record);
  });
});

describe('a deployment', () => {
  beforeEach(async () => {
    save(SPEC);
    await run();
  });

  const guard = async (...options: string[]): Promise<string> => {
    save(RENAMED);
    const { exitCode, stderr } = await run(...options);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('SONO326') });
    return stderr;
  };

  test.each([
    ['in the workspace default', 'terraform.tfstate'],
    ['in a workspace of its own', 'terraform.tfstate.d/dev/terraform.tfstate'],
    ['of which only the copy before the last change is left', 'terraform.tfstate.backup'],
    ['whose state could not be saved', 'errored.tfstate'],
  ])('%s is guarded', async (_, file) => {
    writeState(path(`out/${file}`), 'dev', DEPLOYED);
    const said = await guard();
    expect(said).toContain('bucket `acme-voice-audio-dev`');
    expect(said).not.toContain('--fresh');
    const fresh = await run('--fresh');
    expect(fresh).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('error SONO334') });
    expect(fresh.stderr).toContain(`out/${file} holds 3 resources`);
  });

  test('is marked by the next generation, and then guarded in every clone', async () => {
    const state = path('out/terraform.tfstate');
    writeState(state, 'dev', DEPLOYED);
    // Every machine generates the same tree, with or without the state.
    expect(await run('--check')).toMatchObject({ exitCode: 0, stdout: 'out is up to date' });
    expect(readMark('dev')).toBe('no');
    expect((await run()).stdout).toContain('changed .sonotheia-stacks.json');
    expect(readMark('dev')).toBe('yes');
    for (const isHere of [true, false]) {
      if (!isHere) rmSync(state);
      expect(await run('--check')).toMatchObject({ exitCode: 0, stdout: 'out is up to date' });
      expect((await run()).stdout).toContain('0 created, 0 changed, 0 deleted');
    }
    await guard();
    expect((await run('--fresh')).stderr).toContain(
      'the record of the last generation says that dev was deployed',
    );
  });

  test('with an unreadable state is guarded', async () => {
    writeFileSync(path('out/terraform.tfstate'), '{"encrypted_data":"…"}');
    await guard();
    expect((await run('--fresh')).stderr).toContain('out/terraform.tfstate cannot be read');
  });

  test('that failed before it created the bucket allows another name', async () => {
    writeState(path('out/terraform.tfstate'), 'dev', { 'us-east-1': { table: 'acme-voice-sessions-dev' } });
    save(SPEC.replace('regions: [us-east-1]', 'regions: [us-east-1], s3: { bucket_suffix: account-id }'));
    expect(await run()).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readMark('dev')).toBe('yes');
    const said = await guard();
    expect(said).toContain('would destroy the table `acme-voice-sessions-dev`');
    expect(said).not.toContain('the bucket');
  });

  test('that was destroyed is not guarded with --fresh', async () => {
    writeState(path('out/terraform.tfstate'), 'dev', DEPLOYED);
    await run();
    writeState(path('out/terraform.tfstate'), 'dev', {});
    await guard();
    expect(await run('--fresh')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readMark('dev')).toBe('no');
  });

  test('is reported after a colleague without the state has renamed it', async () => {
    save(RENAMED);
    expect((await run()).stderr).toContain('warning SONO611');
    writeState(path('out/terraform.tfstate'), 'dev', DEPLOYED);
    const { exitCode, stderr } = await run();
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('would destroy the bucket `acme-voice-audio-dev`'),
    });
    save(RENAMED.replace('dev: {', 'dev: { protected: true,'));
    await run();
    expect((await run()).stderr).toContain('error SONO326');
  });
});

describe('a guard', () => {
  test('reports a deleted record until it is restored or --fresh is given', async () => {
    save(SPEC);
    await run();
    const record = readFileSync(path(RECORD));
    rmSync(path(RECORD));
    for (const options of [[], ['--check']]) {
      const { exitCode, stderr } = await run(...options);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('SONO345') });
      expect(stderr).toContain(`git checkout HEAD -- ${RECORD}`);
    }
    writeFileSync(path(RECORD), record);
    expect(await run('--check')).toMatchObject({ exitCode: 0 });
    rmSync(path(RECORD));
    writeState(path('out/terraform.tfstate'), 'dev', DEPLOYED);
    expect((await run('--fresh')).stderr).toContain('error SONO334');
    rmSync(path('out/terraform.tfstate'));
    expect(await run('--fresh')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(path(RECORD))).toEqual(record);
  });

  test('keeps a region with resources in the state, and explains how to remove it', async () => {
    const both = SPEC.replace('[us-east-1]', '[us-east-1, eu-west-1]');
    save(both);
    await run();
    const state = path('out/terraform.tfstate.d/dev/terraform.tfstate');
    writeState(state, 'dev', { ...DEPLOYED, 'eu-west-1': { bucket: 'acme-voice-audio-dev-eu-west-1' } });
    save(SPEC);
    expect(await run()).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('SONO605') });
    const { exitCode, stderr } = await run('--drop-region', 'eu-west-1');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('SONO332') });
    expect(stderr).toContain(
      'terraform.tfstate still holds `module.eu_west_1[0].aws_sqs_queue.audio` and `module.eu_west_1[0].aws_s3_bucket.audio`',
    );
    expect(stderr).toContain('npx sonotheia deploy --env dev');
    writeState(state, 'dev', DEPLOYED);
    expect(await run('--drop-region', 'eu-west-1')).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('gives a working hint when the order of regions changed', async () => {
    save(SPEC.replace('[us-east-1]', '[us-east-1, eu-west-1]'));
    await run();
    writeState(path('out/terraform.tfstate'), 'dev', {
      'us-east-1': { bucket: 'acme-voice-audio-dev' },
      'eu-west-1': { bucket: 'acme-voice-audio-dev-eu-west-1' },
    });
    const reordered = SPEC.replace('[us-east-1] }', '[eu-west-1, us-east-1] }');
    save(reordered);
    const { stderr } = await run();
    expect(stderr).toContain('put us-east-1 first again');
    const [, hint = ''] = /`(region_overrides: \{.*?\} \} \})`/.exec(stderr) ?? [];
    save(reordered.replace('us-east-1] }', `us-east-1], ${hint} }`));
    const followed = await run();
    expect({ ...followed, hint }).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('refuses once before a shorter retention or the loss of an address', async () => {
    save(SPEC);
    await run();
    writeState(path('out/terraform.tfstate'), 'dev', DEPLOYED);
    await run();
    save(SPEC.replace('] }', '], s3: { expiration_days: 91 }, api_gateway: { enabled: false } }'));
    const refused = await run();
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr.match(/error SONO\d+/g)).toEqual(['error SONO343', 'error SONO344']);
    const allowed = await run('--allow-replace');
    expect(allowed.stderr.match(/\w+ SONO\d+/g)).toEqual(['warning SONO604', 'warning SONO604']);
    expect(await run()).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('a deployment that this machine cannot see', () => {
  test.each([
    [
      'a state in S3',
      `terraform: { backend: s3, state: { bucket: acme-state } }\nworkflow: { enabled: false }\n${SPEC}`,
      0,
    ],
    [
      'adopted data',
      SPEC.replace(
        'regions: [us-east-1]',
        'regions: [us-east-1], adopt: { us-east-1: { table: acme-voice-sessions-dev } }',
      ),
      1,
    ],
  ])('%s is guarded unless --fresh says that nothing is deployed', async (_, spec, exitCode) => {
    save(spec);
    await run();
    expect(readMark('dev')).toBe('unknown');
    const renamed = spec.replace('acme-voice', 'acme-speech');
    save(renamed.replace('acme-voice-sessions-dev', 'acme-speech-sessions-dev'));
    const refused = await run();
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('error SONO326') });
    expect(refused.stderr).toContain(
      'dev was generated before, and this checkout does not show whether it is deployed',
    );
    expect(refused.stderr).toContain('--fresh');
    expect(await run('--fresh')).toMatchObject({ exitCode });
  });

  test('a protected environment is removed in steps, not with --fresh', async () => {
    const spec = `terraform: { backend: s3, state: { bucket: acme-state } }\nworkflow: { enabled: false }\n${SPEC.replace('dev: {', 'dev: { protected: true,')}`;
    save(spec);
    await run();
    save(spec.replace('acme-voice', 'acme-speech'));
    expect((await run('--fresh')).stderr).toContain(
      '--fresh says that nothing is deployed, but dev is protected',
    );
    save(spec.replace('protected: true', 'protected: false'));
    const unprotected = await run();
    expect(unprotected).toMatchObject({ exitCode: 0 });
    expect(unprotected.stderr).toContain(
      "deletes the table's continuous backups (in us-east-1): it is no longer protected",
    );
    save(spec.replace('acme-voice', 'acme-speech'));
    expect(await run('--fresh')).toMatchObject({ exitCode: 0 });
  });

  test('a record of an earlier generator is guarded as before', async () => {
    save(SPEC);
    await run();
    const record = JSON.parse(readFileSync(path(RECORD), 'utf8'));
    delete record.environments.dev.deployed;
    writeFileSync(path(RECORD), JSON.stringify(record));
    save(RENAMED);
    expect(await run()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('error SONO326') });
    expect(await run('--fresh')).toMatchObject({ exitCode: 0 });
    expect(existsSync(path('out/dev.tfvars'))).toBe(true);
  });
});
