// The same sources and spec result in the same bytes on every machine, and a change affects only its own files.
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCheckout, generateIn, listDifferences, runIn, type Surroundings } from './checkout.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'determinism-'));
const here = join(scratch, 'here');
const there = join(scratch, 'quite some way', 'Überall', 'there');

const HERE: Surroundings = {
  umask: '002',
  env: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C', HOME: '/' },
  checkedOutAt: 1_700_000_000,
};
const THERE: Surroundings = {
  umask: '077',
  env: {
    TZ: 'Pacific/Kiritimati',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    HOME: scratch,
    NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'other-machine.mjs')).href}`,
  },
  checkedOutAt: 1_000_000_000,
};

const shipped = readFileSync(join(PROJECT_ROOT, 'sonotheia.config.yaml'), 'utf8');
const readCase = (name: string): string =>
  readFileSync(join(PROJECT_ROOT, 'generator/testdata', name, 'sonotheia.config.yaml'), 'utf8');

const SPECS = {
  shipped,
  'two regions, a workflow': readCase('workflow-roles'),
  'everything on': readCase('everything-on'),
};

beforeAll(() => {
  mkdirSync(there, { recursive: true });
  createCheckout(here, HERE);
  createCheckout(there, THERE);
});

afterAll(() => rmSync(scratch, { recursive: true }));

test('the two environments really differ', async () => {
  const code = `process.stdout.write(JSON.stringify([
    new Intl.NumberFormat().resolvedOptions().locale, Intl.DateTimeFormat().resolvedOptions().timeZone,
    process.umask(), new Date().getFullYear() - ${new Date().getFullYear()}, require('fs').readdirSync('.')[0],
  ]))`;
  const describeMachine = async (folder: string, surroundings: Surroundings): Promise<unknown> =>
    JSON.parse(await runIn(folder, surroundings, ['-e', code]));
  expect(await describeMachine(here, HERE)).toEqual(['en-US', 'UTC', 0o002, 0, 'generator']);
  const other = ['tr-TR', 'Pacific/Kiritimati', 0o077, 20, 'templates'];
  expect(await describeMachine(there, THERE)).toEqual(other);
});

test.each(Object.entries(SPECS))('%s: two checkouts give the same bytes, zips included', async (_, spec) => {
  const one = await generateIn(here, spec, HERE);
  const other = await generateIn(there, spec, THERE);
  expect([...one.keys()]).toContain('out/lambda/audio_processor.zip');
  expect(one.size).toBeGreaterThan(20);
  expect(listDifferences(one, other)).toEqual([]);
  removeOutput(here);
  removeOutput(there);
});

function removeOutput(folder: string): void {
  for (const root of ['out', '.github']) rmSync(join(folder, root), { recursive: true, force: true });
}

describe('the effect of a change', () => {
  const CODE = 'process.env.CHANGED = "1";\n';
  const MANIFEST = 'out/.sonotheia-manifest.json';

  let before: ReadonlyMap<string, Buffer>;

  beforeAll(async () => {
    removeOutput(here);
    before = await generateIn(here, shipped, HERE);
  });

  test.each([
    ['handlers/audio_processor/index.ts', CODE, ['out/lambda/audio_processor.zip']],
    ['handlers/webhook_handler/index.ts', CODE, ['out/lambda/webhook_handler.zip']],
    [
      'handlers/shared/adapters/client-options.ts',
      CODE,
      ['out/lambda/audio_processor.zip', 'out/lambda/webhook_handler.zip'],
    ],
    ['handlers/audio_processor/index.ts', '// A thought.\n', []],
  ])('%s, with %j added: its zips, and the manifest with their hashes', async (source, added, zips) => {
    const text = readFileSync(join(here, source));
    appendFileSync(join(here, source), added);
    const after = await generateIn(here, shipped, HERE);
    writeFileSync(join(here, source), text);
    expect(listDifferences(before, after)).toEqual(zips.length === 0 ? [] : [MANIFEST, ...zips]);
  });

  test("a setting of one environment: its tfvars and the tree's description", async () => {
    const spec = (memorySize: number): string => `project_name: acme-voice
environments:
  dev: { regions: [us-east-1] }
  staging: { regions: [us-east-1], lambda: { memory_size: ${memorySize} } }
  prod: { regions: [us-east-1, eu-west-1] }
`;
    removeOutput(here);
    const smaller = await generateIn(here, spec(512), HERE);
    const changed = listDifferences(smaller, await generateIn(here, spec(1024), HERE));
    expect(changed.filter((path) => path !== 'out/README.md')).toEqual([MANIFEST, 'out/staging.tfvars']);
  });
});
