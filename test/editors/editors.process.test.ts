// Completions, hovers and fixes for a spec from the real YAML language server: every key at every depth, its meaning, and
// the nearest name for a mistyped key. Version 2.0 is installed when Node.js is new enough.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeSpec } from '../../generator/init/write-spec.ts';
import { isObject, type JsonObject, type JsonValue } from '../../generator/spec/json.ts';
import { dereference } from '../../generator/spec/schema.ts';
import { describeLimits } from '../../generator/spec/schema-keys.ts';
import { LanguageServer, type Problem } from './language-server.ts';
import { countMistakes, type Mistake, mistype } from './mistype.ts';
import { hasType, listMappings, locateKeys, type Mapping, makeSample, writeAt } from './sample-spec.ts';

const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const SERVERS = ['yaml-language-server-1.18', 'yaml-language-server-1.25', 'yaml-language-server-2.0'];
const INSTALLED = SERVERS.filter((name) => existsSync(join(PROJECT_ROOT, 'node_modules', name)));
const MISSING = SERVERS.filter((name) => !INSTALLED.includes(name));
const MODELINE = '# yaml-language-server: $schema=./schema/sonotheia.config.schema.json\n';
const mappings = listMappings();
const MISTAKES: readonly Mistake['kind'][] = ['swap', 'drop', 'double', 'replace'];

/** A text, its error, and the expected replacements. */
interface Mistyped {
  readonly text: string;
  readonly wrong: readonly JsonValue[];
  readonly names: readonly string[];
}

function namePath({ path }: Mapping): string {
  return path.length === 0 ? 'the top' : path.join('.');
}

test('two versions of the server at least, and every mapping of the schema', () => {
  expect(INSTALLED.length).toBeGreaterThanOrEqual(2);
  const names = mappings.map(namePath);
  expect(names).toContain('environments.dev.region_overrides.us-east-1.lambda.reserved_concurrency');
  expect(names).toContain('environments.dev.adopt.us-east-1.api');
  expect(names).toContain('defaults.subscriptions.0');
});

describe.each(MISSING)(
  '%s',
  { skip: true, meta: { missingTools: 'Node.js 22.13 or later, and `npm ci` with it' } },
  () => {
    test('completes, explains and fixes', () => {
      throw new Error('not installed');
    });
  },
);

describe.each(INSTALLED)('%s', (name) => {
  let server: LanguageServer;
  let files = 0;

  beforeAll(async () => {
    server = await LanguageServer.start(name, PROJECT_ROOT);
  });

  afterAll(() => {
    server.stop();
    expect(server.said).not.toMatch(/Error|Cannot read|undefined/);
  });

  /** A new name for each file, because the server reports a known file only once. */
  function nameFile(): string {
    files += 1;
    return `file-${files}.sonotheia.yaml`;
  }

  async function complete({ path }: Mapping, before: JsonObject): Promise<string[]> {
    // `x` marks the cursor.
    const text = MODELINE + writeAt(path, { ...before, x: null }).replace(/x: null\n$/, '');
    const lines = text.split('\n');
    const file = nameFile();
    server.open(file, text);
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const labels = (await server.complete(file, position)).map(({ label }) => label);
    server.close(file);
    return labels;
  }

  test('offers all keys where none is there, each once', async () => {
    for (const mapping of mappings) {
      const labels = await complete(mapping, {});
      expect(labels, namePath(mapping)).toEqual(expect.arrayContaining([...mapping.keys]));
      expect(new Set(labels).size, namePath(mapping)).toBe(labels.length);
    }
  });

  test('offers all others where one is there', async () => {
    for (const mapping of mappings) {
      const [first = '', ...others] = mapping.keys;
      const sample = makeSample(mapping.node) as JsonObject;
      const labels = await complete(mapping, { [first]: sample[first] ?? null });
      expect(labels, namePath(mapping)).toEqual(expect.arrayContaining(others));
      expect(labels, namePath(mapping)).not.toContain(first);
    }
  });

  test('accepts a spec with every key, and shows the meaning, default and limits of each', async () => {
    const text = writeAt([], makeSample());
    const places = locateKeys(text);
    const file = nameFile();
    expect(await server.check(file, MODELINE + text)).toEqual([]);
    for (const { path, node, keys } of mappings) {
      for (const key of keys) {
        const dotted = [...path.filter((segment) => typeof segment === 'string'), key].join('.');
        const place = places.get(dotted);
        if (place === undefined) throw new Error(`${dotted} is not in the sample`);
        const said = await server.hover(file, { line: place.line + 1, character: place.character + 1 });
        const property = dereference((node.properties as JsonObject)[key]);
        for (const part of expectedHover(property, isRequired(node, key)))
          expect(plain(said), dotted).toContain(part);
      }
    }
    server.close(file);
  });

  test('offers the nearest first for mistyped keys and values', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MISTAKES),
        fc.integer({ min: 0, max: 99 }),
        async (kind, percent) => {
          const mistake = { kind, place: percent / 100 };
          await Promise.all(mappings.flatMap((mapping) => listMistyped(mapping, mistake)).map(checkFixes));
        },
      ),
      { numRuns: 3 },
    );
  });

  test('offers the region that was meant', async () => {
    const text = 'environments:\n  dev:\n    regions: [us-esat-1]\n';
    const file = nameFile();
    const problems = await server.check(file, MODELINE + text);
    const [first, ...others] = await server.fixes(
      file,
      problems.filter(({ range }) => range.start.line === 3),
    );
    expect(first).toBe('us-east-1');
    expect(others).not.toContain('af-south-1');
  });

  test('finds the schema by the settings of the project, and by the first line of a spec that init wrote', async () => {
    const settings = JSON.parse(readFileSync(join(PROJECT_ROOT, '.vscode', 'settings.json'), 'utf8'));
    const configured = await LanguageServer.start(name, PROJECT_ROOT, { schemas: settings['yaml.schemas'] });
    const wrong = 'enviroments: {}\n';
    const byName = await configured.check('sonotheia.config.yaml', wrong);
    configured.stop();
    expect(byName.map(({ message }) => message).join()).toContain('Unknown key');
    const rest = { alarmEmails: [], recordingDays: '365', bucketSuffix: 'account-id' };
    const answers = { projectName: 'acme', environments: [], ...rest };
    const text = writeSpec({ ...answers, schemaPath: '../schema/sonotheia.config.schema.json' });
    const byLine = await server.check('folder/acme.yaml', text + wrong);
    expect(byLine.map(({ message }) => message).join()).toContain('Unknown key');
  });

  async function checkFixes({ text, wrong, names }: Mistyped): Promise<void> {
    const file = nameFile();
    const problems = await server.check(file, MODELINE + text);
    const lines = (MODELINE + text).split('\n');
    const quoted = ({ range }: Problem): string =>
      unquote((lines[range.start.line] ?? '').slice(range.start.character, range.end.character));
    for (const value of wrong) {
      const own = problems.filter((problem) => quoted(problem) === String(value));
      expect(own.length, `${text}: problems of ${value}`).toBe(1);
      const first = unquote(String((await server.fixes(file, own))[0]));
      const count = (name: string): number =>
        typeof value === 'number' ? Math.abs(value - Number(name)) : countMistakes(String(value), name);
      expect(count(first), `${value}: ${first} is offered first`).toBe(Math.min(...names.map(count)));
    }
    server.close(file);
  }
});

/** The mapping with all keys mistyped, and each of its lists of values with all values mistyped. */
function listMistyped({ path, keys, node }: Mapping, mistake: Mistake): Mistyped[] {
  const wrongKeys = listWrong(keys, mistake).map(String);
  const values = keys.flatMap((key): Mistyped[] => {
    const property = dereference((node.properties as JsonObject)[key]);
    const isList = hasType(property, 'array');
    const allowed = isList ? dereference(property.items).enum : property.enum;
    if (!Array.isArray(allowed)) return [];
    const wrong = listWrong(allowed, mistake);
    const texts = isList ? [wrong] : wrong;
    return texts.map((value) => ({
      text: writeAt([...path, key], value),
      wrong: Array.isArray(value) ? value : [value],
      names: allowed.map(String),
    }));
  });
  const text = writeAt(path, Object.fromEntries(wrongKeys.map((key) => [key, null])));
  return [{ text, wrong: wrongKeys, names: keys }, ...values];
}

function listWrong(allowed: readonly JsonValue[], mistake: Mistake): JsonValue[] {
  const wrong = allowed.map((value) => mistypeValue(value, mistake));
  return [...new Set(wrong)].filter((value) => !allowed.includes(value) && value !== '');
}

function mistypeValue(value: JsonValue, mistake: Mistake): JsonValue {
  return typeof value === 'number' ? value + 2 : mistype(String(value), mistake);
}

function isRequired({ required }: JsonObject, key: string): boolean {
  return Array.isArray(required) && required.includes(key);
}

function expectedHover(property: JsonObject, required: boolean): string[] {
  const { title, description, default: value } = property;
  const isGroup = isObject(property.properties);
  const shown = value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
  const limits = describeLimits(property).filter((limit) => !limit.startsWith('one of'));
  return [
    String(title),
    plain(String(description)),
    ...(isGroup || required ? [] : [`Default: ${plain(shown)}.`]),
    ...(required ? ['Required.'] : []),
    ...limits.map(plain),
  ];
}

/** Removes Markdown syntax. */
function plain(text: string): string {
  return text.replaceAll(/[`\\]/g, '').replaceAll('&emsp;', '  ');
}

function unquote(text: string): string {
  return text.replaceAll(/^["']|["']$/g, '');
}
