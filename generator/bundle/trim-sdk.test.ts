import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createTrimSdkPlugin,
  dropRepeatedFields,
  dropUnnamedErrors,
  inlineComputedKeys,
  keepVersionOnly,
  NAMED_ERRORS,
} from './trim-sdk.ts';

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

describe('dropUnnamedErrors', () => {
  it('keeps every error class of the SDK that a handler names', () => {
    const handlers = join(projectRoot, 'handlers');
    const sources = readdirSync(handlers, { recursive: true, encoding: 'utf8' })
      .filter((path) => /^(?:shared|webhook_handler|audio_processor)\b.*(?<!\.test)\.ts$/.test(path))
      .map((path) => readFileSync(join(handlers, path), 'utf8'));
    const imported = sources.flatMap((source) =>
      [...source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-/g)].flatMap(([, names = '']) =>
        names.split(','),
      ),
    );
    const classes = imported
      .map((name) => name.trim())
      .filter((name) => /^[A-Z].*(?:Exception|Error|Not\w+)$/.test(name));
    expect([...new Set(classes)].sort()).toEqual(NAMED_ERRORS);
    expect(sources.join('').match(/instanceof (?:S3|SNS|DynamoDB)\w*/g)).toBeNull();
  });

  it.each(clients)('drops the others of %s', (client) => {
    const folder = join(sdkFolder, client, 'dist-es', 'schemas');
    const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const left = [...dropUnnamedErrors(sources.join('')).matchAll(/registerError\((\w+)\$/g)].map(
      ([, name]) => name,
    );
    const isBase = (name = '') => /^(?:DynamoDB|S3|SecretsManager|SNS)ServiceException$/.test(name);
    expect(left.some(isBase)).toBe(true);
    expect(
      left.filter((name) => !isBase(name) && !(NAMED_ERRORS as readonly unknown[]).includes(name)),
    ).toEqual([]);
  });

  it('leaves the name, the status and the members of an error as they were', async () => {
    const contents = `import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
      import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
      const answer = (statusCode, body) => ({ handle: async () => ({ response: { statusCode, headers: {}, body: new Blob([body]).stream() } }) });
      const options = { region: 'x', endpoint: 'http://x', maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
      const s3 = new S3Client({ ...options, requestHandler: answer(403, '<Error><Code>InvalidObjectState</Code><StorageClass>GLACIER</StorageClass></Error>') });
      const table = new DynamoDBClient({ ...options, requestHandler: answer(400, '{"__type":"x#ProvisionedThroughputExceededException","message":"m"}') });
      const describe = ({ name, message, StorageClass, $fault, $metadata }) => ({ name, message, StorageClass, $fault, status: $metadata.httpStatusCode });
      export const errors = await Promise.all([
        s3.send(new GetObjectCommand({ Bucket: 'b', Key: 'k' })).catch(describe),
        table.send(new GetItemCommand({ TableName: 't', Key: { k: { S: 'x' } } })).catch(describe),
      ]);`;
    const [original, trimmed] = await Promise.all(
      [[], [createTrimSdkPlugin(projectRoot)]].map(async (plugins, index) => {
        const result = await build({
          stdin: { contents, resolveDir: projectRoot },
          bundle: true,
          format: 'esm',
          platform: 'node',
          banner: {
            js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
          },
          mainFields: ['module', 'main'],
          plugins,
          write: false,
        });
        const file = join(projectRoot, 'node_modules', `.trim-${process.pid}-errors-${index}.mjs`);
        written.push(file);
        writeFileSync(file, result.outputFiles[0]?.text ?? '');
        return ((await import(pathToFileURL(file).href)) as { errors: object[] }).errors;
      }),
    );
    expect(original).toMatchObject([
      { name: 'InvalidObjectState', StorageClass: 'GLACIER', $fault: 'client', status: 403 },
      { name: 'ProvisionedThroughputExceededException', $fault: 'client', status: 400 },
    ]);
    expect(trimmed).toEqual(original);
  });
});
