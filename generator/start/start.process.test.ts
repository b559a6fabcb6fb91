// A copy of the project, whose sources the tests change: when bundle and zips are rebuilt, and the output of a fault.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'start-'));
const project = join(scratch, 'project');
const cache = join(project, 'node_modules', '.cache', 'sonotheia-terraform');
/** Copied, not linked, so that the tests may change them. */
const OWN_PACKAGES = '@aws-lambda-powertools';
const POWERTOOLS = `node_modules/${OWN_PACKAGES}/metrics`;

beforeAll(async () => {
  for (const folder of ['generator', 'handlers', 'schema', 'scripts', 'templates']) {
    cpSync(join(repository, folder), join(project, folder), {
      recursive: true,
      filter: (path) => !/testdata|\.test\.ts$/.test(path),
    });
  }
  cpSync(join(repository, 'package.json'), join(project, 'package.json'));
  mkdirSync(join(project, 'node_modules'));
  for (const name of readdirSync(join(repository, 'node_modules')).filter((name) => !name.startsWith('.'))) {
    const from = join(repository, 'node_modules', name);
    const to = join(project, 'node_modules', name);
    if (name === OWN_PACKAGES) cpSync(from, to, { recursive: true });
    else symlinkSync(from, to);
  }
  const spec = 'project_name: acme-voice\nenvironments:\n  dev: { regions: [us-east-1] }\n';
  writeFileSync(join(project, 'sonotheia.config.yaml'), spec);
  // The next run rebuilds a bundle of files that were saved at this moment.
  await new Promise((done) => setTimeout(done, 150));
  run();
});

afterAll(() => rmSync(scratch, { recursive: true }));

function run(...parameters: string[]): string {
  return execFileSync(process.execPath, ['generator/main.mjs', ...parameters], {
    cwd: project,
    encoding: 'utf8',
  });
}

const fail = (...parameters: string[]) =>
  spawnSync(process.execPath, ['generator/main.mjs', ...parameters], { cwd: project, encoding: 'utf8' });

/** The bundle that the next run uses. */
const readBundle = (): string => JSON.parse(readFileSync(join(cache, 'cli.json'), 'utf8')).file;
/** The compiled code of the bundle. */
const listCode = (): string[] => {
  const folder = dirname(join(cache, readBundle()));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.v8'))
    .map((name) => join(folder, name));
};
const zipCache = join(cache, 'zips-nodejs22.x.json');

/** Runs `check` while the file ends in `text`. */
function whileChanged(path: string, text: string, check: () => void): void {
  const file = join(project, path);
  const before = readFileSync(file);
  appendFileSync(file, text);
  try {
    check();
  } finally {
    writeFileSync(file, before);
  }
}

describe('the bundle', () => {
  it('is built once', () => {
    const before = readBundle();
    run();
    expect(run('validate')).toContain('is valid');
    expect(readBundle()).toBe(before);
  });

  it.each([
    ['generator/cli.ts', '\nprocess.stdout.write("changed\\n");\n', 'changed\n'],
    ['scripts/deploy.ts', '\n', 'is valid'],
    ['templates/versions.tf.hbs', '\n# changed\n', 'is valid'],
    ['schema/spec.schema.json', '\n', 'is valid'],
  ])('is rebuilt after %s was saved', (path, text, expected) => {
    const before = readBundle();
    whileChanged(path, text, () => {
      expect(run('validate')).toContain(expected);
    });
    run('validate');
    expect(readBundle()).not.toBe(before);
  });

  it('is rebuilt when a source has other contents of the same size and time', () => {
    const file = join(project, 'generator/compile-spec.ts');
    const before = readFileSync(file, 'utf8');
    const { atime, mtime } = statSync(file);
    const bundle = readBundle();
    writeFileSync(file, before.replace("} from '", "} From '"));
    utimesSync(file, atime, mtime);
    expect(fail('validate').status).not.toBe(0);
    writeFileSync(file, before);
    run('validate');
    expect(readBundle()).not.toBe(bundle);
  });

  it('is rebuilt when its record is damaged', () => {
    for (const damaged of ['{', 'null', '{}']) {
      writeFileSync(join(cache, 'cli.json'), damaged);
      expect(run('validate')).toContain('is valid');
      expect(readBundle()).toMatch(/^bundle-cli-/);
    }
  });

  it('is complete for each of several simultaneous runs; old ones are deleted', async () => {
    rmSync(cache, { recursive: true });
    const runs = Array.from({ length: 6 }, () =>
      execa(process.execPath, ['generator/main.mjs', 'validate'], { cwd: project }),
    );
    for (const { stdout } of await Promise.all(runs)) expect(stdout).toContain('is valid');
    const left = readdirSync(cache).filter((name) => !name.endsWith('.json'));
    expect(left.length).toBeLessThanOrEqual(5);
    expect(left.every((name) => name.startsWith('bundle-cli-'))).toBe(true);
  });

  it('has a source map that names the sources, and is not minified', () => {
    run('validate');
    const bundle = join(cache, readBundle());
    const map = JSON.parse(readFileSync(`${bundle}.map`, 'utf8'));
    const sources = map.sources.map((path: string) => resolve(dirname(bundle), path));
    for (const path of ['generator/generate.ts', 'generator/cli.ts', 'scripts/deploy.ts'])
      expect(sources).toContain(join(project, path));
    const code = readFileSync(bundle, 'utf8');
    expect(code.split('async function generateTree(')).toHaveLength(2);
    expect(code).toMatch(/\/\/# sourceMappingURL=cli\.cjs\.map\s*$/);
  });
});

describe('the compiled code', () => {
  it('is cached by a generation, for all commands', () => {
    run();
    const [file = ''] = listCode();
    const { ino } = statSync(file);
    run();
    expect(run('validate')).toContain('is valid');
    expect(listCode()).toEqual([file]);
    expect(statSync(file).ino).toBe(ino);
  });

  it('is compiled again when it is damaged or of another version of V8', () => {
    run();
    const [file = ''] = listCode();
    const whole = readFileSync(file);
    const middle = whole.length / 2;
    const flipped = Buffer.from(whole).fill(255, middle, middle + 64);
    for (const damaged of [Buffer.alloc(0), whole.subarray(0, middle), flipped]) {
      writeFileSync(file, damaged);
      expect(run()).toContain(' same');
      expect(readFileSync(file).equals(damaged)).toBe(false);
    }
    execFileSync(process.execPath, ['--no-opt', 'generator/main.mjs'], { cwd: project });
    expect(listCode()).toHaveLength(2);
  });
});

describe('a fault', () => {
  it.each([
    ['generator/generate.ts', 'generate', 'export async function generateTree(options: GenerateOptions)'],
    ['scripts/operator/open-spec.ts', 'doctor', 'export function openSpec('],
  ])('in %s prints its line', (path, command, start) => {
    const file = join(project, path);
    const before = readFileSync(file, 'utf8');
    const at = before.indexOf('{\n', before.indexOf(start)) + 2;
    writeFileSync(file, `${before.slice(0, at)}throw new TypeError('planted');\n${before.slice(at)}`);
    const { status, stderr } = fail(command);
    writeFileSync(file, before);
    expect(status).toBe(2);
    const line = before.slice(0, at).split('\n').length;
    expect(stderr).toContain(`TypeError: planted\n`);
    expect(stderr).toContain(`${file}:${line}:`);
    expect(stderr).not.toContain('.cache');
  });

  it('that is not caught prints its line, too', () => {
    writeFileSync(join(project, 'scripts/planted.ts'), `type A = 1;\n\nnull!.planted;\n`);
    const { status, stderr } = fail('scripts/planted.ts');
    expect(status).not.toBe(0);
    expect(stderr).toContain(`${join(project, 'scripts/planted.ts')}:3:`);
  });
});

describe('the cached zips', () => {
  /** Whether the next run builds the zips. */
  function areBuilt(): boolean {
    const before = statSync(zipCache, { throwIfNoEntry: false })?.ino;
    expect(run()).toContain('lambda/webhook_handler.zip');
    return statSync(zipCache).ino !== before;
  }

  it('are used for an unchanged run and after an edit of the spec', () => {
    run();
    expect(areBuilt()).toBe(false);
    whileChanged('sonotheia.config.yaml', '  qa: { regions: [us-east-1] }\n', () =>
      expect(areBuilt()).toBe(false),
    );
    rmSync(join(project, 'out'), { recursive: true });
    expect(areBuilt()).toBe(false);
  });

  it.each([
    ['a handler', 'handlers/webhook_handler/index.ts'],
    ['what both handlers share', 'handlers/shared/announcement.ts'],
    ['the way they are bundled', 'generator/bundle/build-options.ts'],
    ['an installed module', `${POWERTOOLS}/lib/esm/Metrics.js`],
    ['the version of a package', `${POWERTOOLS}/package.json`],
  ])('are rebuilt when %s changes', (_, path) => {
    run();
    whileChanged(path, '\n', () => expect(areBuilt()).toBe(true));
    expect(areBuilt()).toBe(true);
  });

  it('contain the current handlers', () => {
    const zip = join(project, 'out/lambda/webhook_handler.zip');
    run();
    const before = readFileSync(zip);
    whileChanged('handlers/webhook_handler/index.ts', '\nconsole.log("canary");\n', () => {
      expect(fail('--check').stdout).toContain('webhook_handler.zip');
      run();
      expect(readFileSync(zip).equals(before)).toBe(false);
    });
    run();
    expect(readFileSync(zip).equals(before)).toBe(true);
  });

  it('are rebuilt when the cache is damaged', () => {
    for (const damaged of ['{', 'null', '{}']) {
      writeFileSync(zipCache, damaged);
      expect(areBuilt()).toBe(true);
    }
  });
});

it('the debugger finds the bundle of each configuration', () => {
  const { configurations } = JSON.parse(readFileSync(join(repository, '.vscode/launch.json'), 'utf8'));
  const place = (text: string): string => text.replace('${workspaceFolder}', project);
  const started = configurations.filter(({ program }: { program: string }) => program.endsWith('main.mjs'));
  expect(started).toHaveLength(2);
  for (const { outFiles, program } of started) {
    expect(statSync(place(program)).isFile()).toBe(true);
    expect(place(outFiles[0])).toBe(join(dirname(cache), 'sonotheia-terraform', '**', '*.cjs'));
  }
});

it('a package that was packed without its build says so', () => {
  const folder = join(scratch, 'package');
  for (const path of ['generator/main.mjs', 'generator/cache.mjs', 'generator/start'])
    cpSync(join(repository, path), join(folder, path), { recursive: true });
  const main = join(folder, 'generator', 'main.mjs');
  const { status, stderr } = spawnSync(process.execPath, [main, 'validate'], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toBe(
    `${realpathSync(folder)} is packed without dist/.\n  fix: pack it with \`npm pack\` without ignore-scripts: its prepack script builds dist/\n`,
  );
});
