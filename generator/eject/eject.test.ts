import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type EjectRecord,
  findOlderVersion,
  formatRecord,
  RECORD_FILE,
  readRecord,
  readSources,
} from '../bundle/handler-sources.ts';
import { readVersion } from '../version.ts';
import { compareHandlers, listEdited } from './compare-handlers.ts';
import { copyHandlers, isTaken } from './copy-handlers.ts';
import { listNeededPackages } from './needed-packages.ts';
import { setHandlers } from './set-handlers.ts';
import { updateHandlers } from './update-handlers.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const HANDLERS = join(PROJECT, 'handlers');
const LINES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', ''].join('\n');

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'eject-')), 'handlers');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

const record = (version: string, sources: Record<string, string>): EjectRecord => ({
  version,
  sources: new Map(Object.entries(sources)),
});
const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

test('copies the sources without tests, and a record of them', () => {
  const sources = readSources(HANDLERS);
  expect([...sources.keys()]).toEqual(
    expect.arrayContaining(['audio_processor/index.ts', 'shared/env.ts', 'webhook_handler/index.ts']),
  );
  expect([...sources.keys()].filter((path) => /test/.test(path))).toEqual([]);
  copyHandlers(folder, { version: '1.2.3', sources });
  expect(readSources(folder)).toEqual(sources);
  expect(readRecord(folder)).toEqual({ version: '1.2.3', sources });
  expect(JSON.parse(read('tsconfig.json'))).toMatchObject({ compilerOptions: { noEmit: true } });
});

test('an edited record is none', () => {
  copyHandlers(folder, record('1.0.0', { 'a.ts': '1' }));
  writeFileSync(join(folder, RECORD_FILE), read(RECORD_FILE).replace(/"sources": "..../, '"sources": "AAAA'));
  expect(readRecord(folder)).toBeUndefined();
  rmSync(join(folder, RECORD_FILE));
  expect(readRecord(folder)).toBeUndefined();
});

test('a newer version is one whose handlers differ', () => {
  const sources = readSources(HANDLERS);
  copyHandlers(folder, { version: '0.0.1', sources });
  expect(findOlderVersion(PROJECT, folder)).toBeUndefined();
  const older = new Map([...sources].slice(1));
  writeFileSync(join(folder, RECORD_FILE), formatRecord({ version: '0.0.1', sources: older }));
  expect(findOlderVersion(PROJECT, folder)).toBe('0.0.1');
  writeFileSync(join(folder, RECORD_FILE), formatRecord({ version: readVersion(PROJECT), sources: older }));
  expect(findOlderVersion(PROJECT, folder)).toBeUndefined();
});

test('an update merges, and leaves edits of the same lines to the user', () => {
  const copied = record('1.0.0', {
    'same.ts': 'x',
    'plain.ts': 'old',
    'both.ts': LINES,
    'conflict.ts': LINES,
    'gone.ts': 'old',
    'gone-edited.ts': 'old',
    'sub/mine.ts': 'old',
  });
  copyHandlers(folder, copied);
  writeFileSync(join(folder, 'both.ts'), LINES.replace('eight', 'EIGHT'));
  writeFileSync(join(folder, 'conflict.ts'), LINES.replace('one', 'mine'));
  writeFileSync(join(folder, 'gone-edited.ts'), 'mine');
  writeFileSync(join(folder, 'sub/mine.ts'), 'mine');
  writeFileSync(join(folder, 'own.ts'), 'mine');
  const current = record('2.0.0', {
    'same.ts': 'x',
    'plain.ts': 'new',
    'both.ts': LINES.replace('one', 'ONE'),
    'conflict.ts': LINES.replace('one', 'theirs'),
    'sub/mine.ts': 'old',
    'sub/added.ts': 'new',
  });
  const mine = readSources(folder);
  expect(listEdited(copied.sources, mine)).toEqual([
    'both.ts',
    'conflict.ts',
    'gone-edited.ts',
    'own.ts',
    'sub/mine.ts',
  ]);
  const changes = compareHandlers(copied.sources, mine, current.sources);
  expect(changes.filter(({ isEdited }) => isEdited).map(({ path }) => path)).toEqual([
    'both.ts',
    'conflict.ts',
    'gone-edited.ts',
  ]);
  expect(updateHandlers(folder, changes, current)).toEqual([
    'updated both.ts',
    'kept conflict.ts: merge conflict.ts.new into it, and delete that file',
    'kept gone-edited.ts: you edited it, and the newer version does not have it',
    'deleted gone.ts',
    'updated plain.ts',
    'updated sub/added.ts',
  ]);
  expect(read('both.ts')).toBe(LINES.replace('one', 'ONE').replace('eight', 'EIGHT'));
  expect(read('conflict.ts')).toBe(LINES.replace('one', 'mine'));
  expect(read('conflict.ts.new')).toBe(LINES.replace('one', 'theirs'));
  expect(['gone.ts', 'own.ts'].map((path) => existsSync(join(folder, path)))).toEqual([false, true]);
  expect(
    compareHandlers(readRecord(folder)?.sources ?? new Map(), readSources(folder), current.sources),
  ).toEqual([]);
});

test('names every package of the handlers, in one version each', () => {
  const packages = listNeededPackages(PROJECT, readSources(HANDLERS));
  expect(packages.every((text) => /^@?[\w/.-]+@\d+\.\d+\.\d+$/.test(text))).toBe(true);
  const names = packages.map((text) => text.slice(0, text.lastIndexOf('@')));
  expect(names).toEqual(expect.arrayContaining(['esbuild', '@aws-sdk/client-s3', '@types/aws-lambda']));
  expect(names).not.toContain('vitest');
});

const SPEC = 'project_name: acme\nenvironments:\n  dev: { regions: [us-east-1] }\n';

test.each([
  ['without build', SPEC, `${SPEC}\nbuild:\n  handlers: handlers\n`],
  [
    'block',
    `build: # how\n    runtime: nodejs24.x\n${SPEC}`,
    `build: # how\n    handlers: handlers\n    runtime: nodejs24.x\n${SPEC}`,
  ],
  [
    'flow',
    `build: { source_maps: true }\n${SPEC}`,
    `build: { handlers: handlers, source_maps: true }\n${SPEC}`,
  ],
  ['empty flow', `build: {}\n${SPEC}`, `build: { handlers: handlers }\n${SPEC}`],
  [
    'lines of Windows',
    `build:\r\n  runtime: nodejs24.x\r\n${SPEC.replaceAll('\n', '\r\n')}`,
    `build:\r\n  handlers: handlers\r\n  runtime: nodejs24.x\r\n${SPEC.replaceAll('\n', '\r\n')}`,
  ],
  ['set already', `build: { handlers: other }\n${SPEC}`, undefined],
  ['one flow map', '{ project_name: acme, environments: { dev: { regions: [us-east-1] } } }\n', undefined],
  ['an alias', `x-a: &a { runtime: nodejs24.x }\nbuild: *a\n${SPEC}`, undefined],
])('sets build.handlers: %s', (_, before, after) => {
  expect(setHandlers(before, 'handlers')).toBe(after);
});

test('a file and a link are in the way', () => {
  expect(isTaken(folder)).toBe(false);
  writeFileSync(folder, '');
  expect(isTaken(folder)).toBe(true);
  rmSync(folder);
  symlinkSync(tmpdir(), folder);
  expect(isTaken(folder)).toBe(true);
  rmSync(folder);
  mkdirSync(folder);
  expect(isTaken(folder)).toBe(false);
});

test('leaves nothing behind if the copy fails', () => {
  mkdirSync(join(folder, 'occupied'), { recursive: true });
  expect(() => copyHandlers(folder, record('1.0.0', { 'a.ts': '1' }))).toThrow();
  expect(existsSync(join(folder, 'a.ts'))).toBe(false);
});
