import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'launcher-'));
const project = join(scratch, 'project');
const cache = join(project, 'node_modules', '.cache', 'sonotheia-terraform');
/** Not linked, so that the tests may change them. */
const OWN_PACKAGES = '@aws-lambda-powertools';
const UNCHANGED = /^0 created, 0 changed, 0 deleted, \d+ same\n/;

// A project of its own: the sources are copied, so that the tests may change them, and the packages are linked.
beforeAll(() => {
  for (const folder of ['generator', 'handlers', 'schema', 'templates']) {
    cpSync(join(repository, folder), join(project, folder), {
      recursive: true,
      filter: (path) => !/testdata|\.test\.ts$/.test(path),
    });
  }
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(repository, file), join(project, file));
  mkdirSync(join(project, 'node_modules'));
  for (const name of readdirSync(join(repository, 'node_modules')).filter((name) => !name.startsWith('.'))) {
    const [from, to] = [repository, project].map((root) => join(root, 'node_modules', name)) as [
      string,
      string,
    ];
    if (name === OWN_PACKAGES) cpSync(from, to, { recursive: true });
    else symlinkSync(from, to);
  }
  writeFileSync(
    join(project, 'sonotheia.config.yaml'),
    'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n',
  );
});

afterAll(() => rmSync(scratch, { recursive: true }));

const generate = (...parameters: string[]): string =>
  execFileSync(process.execPath, ['generator/main.mjs', ...parameters], { cwd: project, encoding: 'utf8' });

const listStamps = () => readdirSync(cache).filter((name) => name.startsWith('stamp-'));

const listBundles = (...parts: string[]) =>
  readdirSync(cache).filter((name) => parts.includes(name.split('-')[0] ?? '') && name.endsWith('.cjs'));

/** Whether the run was answered from memory: the bundled generator is out of the way, so that it cannot run. */
function isAnsweredFromMemory(...parameters: string[]): boolean {
  const [bundle] = listBundles('generator');
  if (bundle === undefined) throw new Error('there is no bundled generator');
  const path = join(cache, bundle);
  renameSync(path, `${path}.away`);
  writeFileSync(path, 'exports.main = async () => 77;\n');
  const { status, stdout } = spawnSync(process.execPath, ['generator/main.mjs', ...parameters], {
    cwd: project,
    encoding: 'utf8',
  });
  rmSync(path, { force: true });
  renameSync(`${path}.away`, path);
  if (status === 0) expect(stdout).toMatch(UNCHANGED);
  return status === 0;
}

describe('the launcher', () => {
  beforeEach(async () => {
    rmSync(join(project, 'out'), { recursive: true, force: true });
    // A file that is newer than the run forbids it to be remembered.
    await new Promise((resolve) => setTimeout(resolve, 150));
    generate();
    expect(listStamps()).toHaveLength(1);
  });

  it('answers an unchanged run from memory, as the generator would', () => {
    // Linked packages are above the project, where others come and go.
    writeFileSync(join(scratch, 'neighbour'), '');
    expect(isAnsweredFromMemory()).toBe(true);
    const remembered = generate();
    for (const name of listStamps()) rmSync(join(cache, name));
    expect(generate()).toBe(remembered);
    expect(remembered).toMatch(UNCHANGED);
  });

  it.each([
    ['--check'],
    ['generate --help'],
    ['--format=json'],
    ['--out=other'],
    ['--config=other.yaml'],
    ['--unknown'],
  ])('does not answer %s from memory', (parameters) => {
    expect(isAnsweredFromMemory(...parameters.split(' '))).toBe(false);
  });

  it('keeps what generates apart from the other commands, which leave it as it is', () => {
    const listBoth = () => listBundles('generator', 'commands');
    const [before, ...none] = listBoth();
    expect(none).toEqual([]);
    expect(generate('--help')).toContain('  validate  ');
    expect(generate('validate')).toContain('is valid');
    expect(listBoth()).toEqual([before?.replace('generator', 'commands'), before]);
    expect(isAnsweredFromMemory()).toBe(true);
    for (const name of listBoth()) if (name !== before) rmSync(join(cache, name));
  });

  const replace = (path: string) => (): (() => void) => {
    const file = join(project, path);
    const before = readFileSync(file);
    appendFileSync(file, '\n');
    return () => writeFileSync(file, before);
  };
  const add = (path: string) => (): (() => void) => {
    writeFileSync(join(project, path), '');
    return () => rmSync(join(project, path));
  };
  const remove = (path: string) => (): (() => void) => {
    const before = readFileSync(join(project, path));
    rmSync(join(project, path));
    return () => writeFileSync(join(project, path), before);
  };

  it.each([
    ['the spec changes', replace('sonotheia.config.yaml')],
    ['a handler changes', replace('handlers/webhook_handler/index.ts')],
    ['a file appears beside a handler', add('handlers/webhook_handler/index.tsx')],
    ['an installed module changes', replace(`node_modules/${OWN_PACKAGES}/metrics/lib/esm/Metrics.js`)],
    ['an installed module is gone', remove(`node_modules/${OWN_PACKAGES}/metrics/lib/esm/Metrics.js`)],
    ['a file appears beside an installed module', add(`node_modules/${OWN_PACKAGES}/metrics/lib/esm/x.js`)],
    ['a generated file changes', replace('out/main.tf')],
    ['a generated file is gone', remove('out/lambda/audio_processor.zip')],
    ['the manifest changes', replace('out/.sonotheia-manifest.json')],
    ['the record of the last generation changes', replace('out/.sonotheia-stacks.json')],
    ['the record of the last generation is gone', remove('out/.sonotheia-stacks.json')],
    ['the workflow changes', replace('.github/workflows/terraform.yml')],
    ['the workflow is gone', remove('.github/workflows/terraform.yml')],
    ["the workflow's manifest changes", replace('.github/.sonotheia-manifest.json')],
    ['a twin of a generated file appears', add('out/Main.tf')],
    ['an interrupted write is to be repaired', add('out/.sonotheia-staging')],
  ])('forgets when %s', (_, change) => {
    const undo = change();
    expect(isAnsweredFromMemory()).toBe(false);
    undo();
  });

  it('makes the generator anew when a source or a template changes, and keeps one', () => {
    const before = listBundles('generator');
    const undo = [replace('templates/versions.tf.hbs')(), replace('generator/cli.ts')()];
    expect(generate()).toMatch(/1 changed/);
    const after = listBundles('generator');
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    for (const restore of undo) restore();
    generate();
    expect(listBundles('generator')).toEqual(before);
  });

  it('compiles again when what V8 made of the generator is damaged or of another version', () => {
    const [bundle] = listBundles('generator');
    const path = join(cache, `${bundle}.v8`);
    const intact = readFileSync(path);
    const damaged = Buffer.from(intact);
    damaged.fill(0x5a, intact.length / 2, intact.length / 2 + 1000);
    // A V8 with other options refuses it, as another version does.
    const rejected = spawnSync(
      process.execPath,
      ['--no-opt', 'generator/main.mjs', '--config', 'absent.yaml'],
      { cwd: project, encoding: 'utf8' },
    );
    expect(rejected.stderr).toContain('absent.yaml');
    for (const contents of [damaged, intact.subarray(0, 100), intact.subarray(0, 2)]) {
      writeFileSync(path, contents);
      for (const name of listStamps()) rmSync(join(cache, name));
      expect(generate()).toMatch(UNCHANGED);
      expect(readFileSync(path).length).toBeGreaterThan(100_000);
    }
  });

  it('takes the long way when its memory is damaged', () => {
    const [name = ''] = listStamps();
    const intact = JSON.parse(readFileSync(join(cache, name), 'utf8'));
    const { node, spec, generator, output, ...rest } = intact;
    for (const damaged of [
      '{"generator":',
      '{}',
      'null',
      JSON.stringify({ node, spec }),
      JSON.stringify({ node, spec, generator, output, inputs: [] }),
      JSON.stringify({ node, spec, generator: 'older', output, ...rest }),
    ]) {
      writeFileSync(join(cache, name), damaged);
      expect(isAnsweredFromMemory()).toBe(false);
      expect(generate()).toMatch(UNCHANGED);
    }
  });
});
