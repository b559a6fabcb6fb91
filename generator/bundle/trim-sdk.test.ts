import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { dropRepeatedFields, inlineComputedKeys, keepVersionOnly } from './trim-sdk.mjs';

const projectRoot = join(import.meta.dirname, '..', '..');
const sdkFolder = join(projectRoot, 'node_modules', '@aws-sdk');
const clients = ['client-dynamodb', 'client-s3', 'client-secrets-manager', 'client-sns'];
const written: string[] = [];

afterAll(() => {
  for (const file of written) rmSync(file, { force: true });
});

/** Loads a module of the SDK, bundled with its imports, with and without the trim. */
async function loadBothWays(modulePath: string, trim: (source: string) => string) {
  const [original, trimmed] = await Promise.all(
    [(source: string) => source, trim].map(async (transform, index) => {
      const result = await build({
        stdin: { contents: transform(readFileSync(modulePath, 'utf8')), resolveDir: dirname(modulePath) },
        bundle: true,
        format: 'esm',
        platform: 'node',
        mainFields: ['module', 'main'],
        outfile: 'module.mjs',
        write: false,
      });
      const file = join(projectRoot, 'node_modules', `.trim-${process.pid}-${written.length}-${index}.mjs`);
      written.push(file);
      writeFileSync(file, result.outputFiles[0]?.text ?? '');
      return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    }),
  );
  return { original, trimmed };
}

/** Functions become what they return, so that schemas which refer to each other lazily can be compared. */
function describeSchema(value: unknown, depth: number): unknown {
  if (depth === 0) return '…';
  if (typeof value === 'function') {
    return /^class\b/.test(String(value)) ? value.name : describeSchema(value(), depth - 1);
  }
  if (Array.isArray(value)) return value.map((item) => describeSchema(item, depth - 1));
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value).map(([key, item]) => [key, describeSchema(item, depth - 1)]);
}

describe('inlineComputedKeys', () => {
  it.each(clients)('leaves the schemas of %s as they were', async (client) => {
    const folder = join(sdkFolder, client, 'dist-es', 'schemas');
    for (const file of readdirSync(folder).filter((name) => /^schemas_\d+\.js$/.test(name))) {
      const path = join(folder, file);
      const source = readFileSync(path, 'utf8');
      expect(inlineComputedKeys(source)).not.toMatch(/\[_\w+\]:/);
      const { original, trimmed } = await loadBothWays(path, inlineComputedKeys);
      expect(Object.keys(trimmed ?? {})).toEqual(Object.keys(original ?? {}));
      for (const name of Object.keys(original ?? {}).filter((key) => key.endsWith('$'))) {
        expect(describeSchema(trimmed?.[name], 6)).toEqual(describeSchema(original?.[name], 6));
      }
    }
  });

  it.each([
    ['an unknown name', 'const _a = "x";\nf({ [_b]: 1 });'],
    ['a name that is not a constant', 'let _a = "x";\nf({ [_a]: 1 });'],
    ['an index', 'const _a = "x";\ny ? z[_a]: 1;'],
    ['a key that would set the prototype', 'const _a = "__proto__";\nf({ [_a]: 1 });'],
  ])('leaves %s alone', (_, source) => {
    expect(inlineComputedKeys(source)).toBe(source);
  });
});

describe('dropRepeatedFields', () => {
  it.each(clients)('leaves the error classes of %s as they were', async (client) => {
    const path = join(sdkFolder, client, 'dist-es', 'models', 'errors.js');
    expect(dropRepeatedFields(readFileSync(path, 'utf8'))).not.toMatch(/^ {4}name = /m);
    const { original, trimmed } = await loadBothWays(path, dropRepeatedFields);
    const describeErrors = (classes: Record<string, unknown> = {}) =>
      Object.entries(classes).map(([name, ErrorClass]) => {
        if (typeof ErrorClass !== 'function') throw new TypeError(`${name} is no class`);
        const error = Reflect.construct(ErrorClass, [{ message: 'm', $metadata: { httpStatusCode: 400 } }]);
        expect(error).toBeInstanceOf(ErrorClass);
        expect(error).toBeInstanceOf(Error);
        return {
          name,
          ...error,
          message: error.message,
          text: String(error),
          prototypeName: error.constructor.name,
        };
      });
    expect(describeErrors(trimmed)).toEqual(describeErrors(original));
    expect(describeErrors(trimmed).length).toBeGreaterThan(0);
  });
});

describe('keepVersionOnly', () => {
  it('keeps the version', () => {
    expect(keepVersionOnly('{"name":"x","version":"1.2.3","dependencies":{}}')).toBe('{"version":"1.2.3"}');
  });
});
