// The command line as its user runs it: exit codes, what is printed, and what is on disk afterwards.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from './cli.ts';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const SPEC = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  ...args: string[]
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], {
    cwd: folder,
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

/** Every file below the folder with its contents and time of change. */
function snapshot(): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path, `${statSync(path).mtimeMs} ${readFileSync(path, 'base64')}`]));
}

describe('generate', () => {
  test('writes the tree, says what it did, and touches nothing the second time', async () => {
    const first = await run();
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toMatch(/^created dev\.tfvars$/m);
    expect(first.stdout).toMatch(/^27 created, 0 changed, 0 deleted, 0 same$/m);
    expect(first.stdout).toMatch(/^lambda\/webhook_handler\.zip: \d+\.\d KB$/m);
    const before = snapshot();
    const second = await run();
    expect(second.stdout).toMatch(/^0 created, 0 changed, 0 deleted, 27 same$/m);
    expect(snapshot()).toEqual(before);
  });

  test('an added environment adds its file, a removed one takes it away', async () => {
    await run();
    writeFileSync(join(folder, 'sonotheia.config.yaml'), `${SPEC}  qa: { regions: [us-east-1] }\n`);
    expect((await run()).stdout).toMatch(/^created qa\.tfvars$/m);
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC);
    expect((await run()).stdout).toMatch(/^deleted qa\.tfvars$/m);
  });

  test('a bad spec exits with 1, says where, and leaves the tree alone', async () => {
    await run();
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC.replace('us-east-1', 'us-esat-1'));
    const before = snapshot();
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('sonotheia.config.yaml:3:20: error SONO204');
    expect(stderr).toContain('did you mean `us-east-1`?');
    expect(stderr).toContain('nothing in out was changed');
    expect(snapshot()).toEqual(before);
  });

  test('a missing spec and an unknown option exit with 1 and say what to do', async () => {
    const missing = await run('--config', 'nowhere.yaml');
    expect(missing).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nowhere.yaml:1:1: error SONO100'),
    });
    const unknown = await run('--colour');
    expect(unknown).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('Usage: npm run generate'),
    });
    expect(readdirSync(folder)).toEqual(['sonotheia.config.yaml']);
  });

  test('--help exits with 0', async () => {
    expect(await run('--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('--check') });
  });

  test('a fault of the generator exits with 2', async () => {
    const projectRoot = undefined as unknown as string;
    const config = join(folder, 'sonotheia.config.yaml');
    expect(await main(['--config', config, '--out', join(folder, 'out')], projectRoot)).toBe(2);
    expect(readdirSync(folder)).toEqual(['sonotheia.config.yaml']);
  });
});

describe('a spec that takes something away', () => {
  const TWO_REGIONS = SPEC.replace('[us-east-1]', '[us-east-1, eu-west-1]');
  const RECORD = 'out/.sonotheia-stacks.json';
  const save = (spec: string): void => writeFileSync(join(folder, 'sonotheia.config.yaml'), spec);

  test('keeps a region that is gone until it is dropped; checks are content in between', async () => {
    save(TWO_REGIONS);
    await run();
    save(SPEC);
    const check = await run('--check');
    expect(check).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('different: main.tf') });
    const retired = await run();
    expect(retired).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('warning SONO604') });
    expect(retired.stderr).toContain('apply dev, then run `npm run generate -- --drop-region eu-west-1`');
    expect(readFileSync(join(folder, 'out/providers.tf'), 'utf8')).toContain('"eu_west_1"');
    // Not remembered: whoever generates again is told again what is still to be done.
    for (const parameter of [[], ['--check']]) {
      const again = await run(...parameter);
      expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('SONO605') });
      expect(again.stderr).not.toContain('SONO604');
      expect(again.stdout).toMatch(/up to date|^0 created, 0 changed, 0 deleted, \d+ same$/m);
    }
    expect(await run('--drop-region', 'eu-west-1')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(readFileSync(join(folder, 'out/providers.tf'), 'utf8')).not.toContain('eu_west_1');
    expect(await run('--check')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await run('--drop-region', 'eu-west-1')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('the region is not retiring'),
    });
  });

  test('is refused where data would go, and goes on with --allow-replace', async () => {
    await run();
    save(SPEC.replace('acme-voice', 'acme-speech'));
    const before = snapshot();
    for (const parameter of [[], ['--check']]) {
      const refused = await run(...parameter);
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('1:15: error SONO326') });
    }
    expect(snapshot()).toEqual(before);
    expect(await run('--allow-replace')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('acme-voice-audio-dev'),
    });
    expect(await run()).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('is seen against the record in the folder that --out names', async () => {
    await run('--out', 'elsewhere');
    save(SPEC.replace('acme-voice', 'acme-speech'));
    expect((await run()).exitCode).toBe(0);
    expect((await run('--out', 'elsewhere')).exitCode).toBe(1);
  });

  test.each([
    ['half a merge', '<<<<<<< HEAD\n{}', 'it is not JSON'],
    ['another version', '{"version":2}', 'its version is not 1'],
    ['nothing of a record', '{"version":1}', 'environments is no object'],
  ])('a damaged record (%s) is refused with what to do', async (_, contents, reason) => {
    await run();
    writeFileSync(join(folder, RECORD), contents);
    const before = snapshot();
    const { exitCode, stderr } = await run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${RECORD}:1:1: error SONO325`);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('git checkout HEAD --');
    expect(snapshot()).toEqual(before);
  });

  test('a tree of a generator without records counts as the first generation', async () => {
    await run();
    rmSync(join(folder, RECORD));
    save(SPEC.replace('acme-voice', 'acme-speech'));
    expect(await run()).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('created .sonotheia-st'),
    });
  });

  test('decisions for one run are no options of --watch', async () => {
    const { exitCode, stderr } = await run('--watch', '--allow-replace');
    expect({ exitCode, said: stderr.includes('leave --watch out') }).toEqual({ exitCode: 1, said: true });
  });
});

describe('generate --check', () => {
  test('is content with a fresh tree, and with one whose zips are not built here', async () => {
    await run();
    expect(await run('--check')).toMatchObject({ exitCode: 0, stdout: 'out is up to date' });
    rmSync(join(folder, 'out/lambda'), { recursive: true });
    const { exitCode, stdout } = await run('--check');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('not built here: lambda/webhook_handler.zip');
  });

  test('exits with 1 on a stale tree, lists what differs and writes nothing', async () => {
    await run();
    writeFileSync(join(folder, 'sonotheia.config.yaml'), SPEC.replace('dev:', 'test:'));
    const before = snapshot();
    const { exitCode, stdout, stderr } = await run('--check', '--allow-replace');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('missing: test.tfvars');
    expect(stdout).toContain('stale: dev.tfvars');
    expect(stdout).toContain('different: variables.tf');
    expect(stderr).toContain('run `npm run generate`');
    expect(snapshot()).toEqual(before);
  });

  test('exits with 1 where nothing was generated yet', async () => {
    const { exitCode, stdout } = await run('--check');
    expect({ exitCode, files: readdirSync(folder) }).toEqual({
      exitCode: 1,
      files: ['sonotheia.config.yaml'],
    });
    expect(stdout).toContain('missing: main.tf');
  });
});

describe('the workflow', () => {
  const WORKFLOW = '.github/workflows/terraform.yml';
  const setSpec = (text: string): void => writeFileSync(join(folder, 'sonotheia.config.yaml'), text);

  test('is written beside the spec, checked, and taken away with its last trace but the manifest', async () => {
    expect((await run()).stdout).toMatch(/^created \.\.\/\.github\/workflows\/terraform\.yml$/m);
    writeFileSync(join(folder, WORKFLOW), `${readFileSync(join(folder, WORKFLOW), 'utf8')}# mine\n`);
    const check = await run('--check');
    expect(check).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(`different: ../${WORKFLOW}`),
    });
    expect((await run()).stdout).toMatch(
      /^changed \.\.\/\.github\/workflows\/terraform\.yml \(had local edits\)$/m,
    );
    setSpec(`${SPEC}workflow: { enabled: false }\n`);
    expect((await run('--check')).stdout).toContain(`stale: ../${WORKFLOW}`);
    expect((await run()).stdout).toMatch(/^deleted \.\.\/\.github\/workflows\/terraform\.yml$/m);
    expect(readdirSync(join(folder, '.github'))).toEqual(['.sonotheia-manifest.json']);
    expect((await run('--check')).exitCode).toBe(0);
  });

  test('that somebody else wrote stays, and then nothing is written at all', async () => {
    mkdirSync(join(folder, '.github/workflows'), { recursive: true });
    for (const name of ['terraform.yml', 'ci.yml'])
      writeFileSync(join(folder, '.github/workflows', name), 'mine\n');
    const before = snapshot();
    const { exitCode, stderr } = await run();
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('error SONO501') });
    expect(snapshot()).toEqual(before);
    rmSync(join(folder, WORKFLOW));
    expect((await run()).exitCode).toBe(0);
    expect(readFileSync(join(folder, '.github/workflows/ci.yml'), 'utf8')).toBe('mine\n');
  });

  test('is left alone by a run into another folder, and by a spec that wants none', async () => {
    expect((await run('--out', 'trial')).exitCode).toBe(0);
    setSpec(`${SPEC}workflow: { enabled: false }\n`);
    expect((await run()).exitCode).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['out', 'sonotheia.config.yaml', 'trial']);
  });
});

test('--watch generates at once and again after a change', async () => {
  const watching = execa(process.execPath, [MAIN, '--watch'], { cwd: folder, reject: false });
  try {
    await expect.poll(() => existsIn('out/dev.tfvars'), { timeout: 20_000 }).toBe(true);
    writeFileSync(join(folder, 'sonotheia.config.yaml'), `${SPEC}  qa: { regions: [us-east-1] }\n`);
    await expect.poll(() => existsIn('out/qa.tfvars'), { timeout: 20_000 }).toBe(true);
  } finally {
    watching.kill();
    await watching;
  }
});

function existsIn(path: string): boolean {
  return statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
}
