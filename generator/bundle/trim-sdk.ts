// An esbuild plugin that replaces modules of the AWS SDK by smaller ones with the same behaviour. Each trim gives its
// saving, measured on the two functions (webhook / audio zip, in bytes). No trim changes a file on disk; a trim that
// does not recognise its module leaves it unchanged.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, PluginBuild } from 'esbuild';

/** A module that a Lambda function on Node.js never needs, and its replacement in the imports of `importer`. */
interface Replacement {
  readonly filter: RegExp;
  readonly importer?: RegExp;
  readonly replacement: string;
}

const REPLACEMENTS: readonly Replacement[] = [
  // Saves 29,400 / 26,000.
  { filter: /^@aws-sdk\/credential-provider-node$/, replacement: 'credential-provider.ts' },
  // Saves 7,300 / 8,000.
  { filter: /^@smithy\/core\/event-streams$/, replacement: 'event-streams.ts' },
  // Saves 2,000 / 2,000 if DynamoDB's endpoint discovery is in use.
  { filter: /^mnemonist\/lru-cache$/, replacement: 'lru-cache.ts' },
  // Saves 0 / 5,400.
  {
    filter: /[\\/]endpointResolver$/,
    importer: /[\\/]client-s3[\\/]dist-es[\\/]/,
    replacement: 's3-endpoint.ts',
  },
];

interface Trim {
  readonly filter: RegExp;
  readonly loader: 'js' | 'json';
  readonly trim: (source: string) => string;
}

const TRIMS: readonly Trim[] = [
  {
    filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas_\d+\.js$/,
    loader: 'js',
    trim: (source) => inlineComputedKeys(dropUnnamedErrors(source)),
  },
  { filter: /[\\/]@aws-sdk[\\/].*[\\/]models[\\/]errors\.js$/, loader: 'js', trim: dropRepeatedFields },
  { filter: /[\\/](?:Sha256|Sha1|Md5)Js\.js$/, loader: 'js', trim: refuseConstruction },
  { filter: /[\\/]SignatureV4MultiRegion\.js$/, loader: 'js', trim: keepSingleRegionSigner },
  { filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/, loader: 'json', trim: keepVersionOnly },
];

/** The esbuild plugin; `generator/bundle/runtime` lies in `projectRoot`. */
export function createTrimSdkPlugin(projectRoot: string): Plugin {
  const runtimeFolder = join(projectRoot, 'generator', 'bundle', 'runtime');
  return {
    name: 'trim-sdk',
    setup(build) {
      for (const { replacement, ...where } of REPLACEMENTS) {
        replaceModule(build, where, join(runtimeFolder, replacement));
      }
      for (const { filter, loader, trim } of TRIMS) {
        build.onLoad({ filter }, ({ path }) => ({ contents: trim(readFileSync(path, 'utf8')), loader }));
      }
    },
  };
}

function replaceModule(
  build: PluginBuild,
  where: Omit<Replacement, 'replacement'>,
  replacement: string,
): void {
  build.onResolve({ filter: where.filter }, ({ path, importer }) => {
    if (importer === replacement) return { path, external: true };
    return where.importer?.test(importer) === false ? undefined : { path: replacement };
  });
}

/**
 * Replaces `{ [_a]: 1 }` by `{ "x": 1 }` if the module has `const _a = "x";`. A computed key may run code, so esbuild
 * keeps every schema that has one; with plain keys it drops unused operations (saves 0 / 14,800).
 */
export function inlineComputedKeys(source: string): string {
  const constants = new Map<string, string>();
  for (const [, name, literal] of source.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)) {
    // `{ "__proto__": x }` sets the prototype, but `{ ["__proto__"]: x }` defines a property.
    if (name !== undefined && literal !== undefined && literal !== '"__proto__"')
      constants.set(name, literal);
  }
  return source.replace(/(?<=[{,]\s*)\[(_\w+)\]:/g, (key, name: string) => {
    const literal = constants.get(name);
    return literal === undefined ? key : `${literal}:`;
  });
}

/**
 * An error class passes its name and fault to its parent's constructor, which assigns them; the generated code then
 * assigns them again as fields (saves 400 / 500).
 */
export function dropRepeatedFields(source: string): string {
  return source.replaceAll(/^ {4}(?:name|\$fault) = "\w+";\n/gm, '');
}

/** The error classes that a function uses with `instanceof`. */
export const NAMED_ERRORS = [
  'ConditionalCheckFailedException',
  'ResourceNotFoundException',
  'TransactionCanceledException',
] as const;

/**
 * A client registers a class for every error of every operation, which keeps all of them in the bundle. Without its
 * class, an error is an instance of the client's base class, with its code as name and all its members (saves 3,600 /
 * 4,400).
 */
export function dropUnnamedErrors(source: string): string {
  const named = new Set<string>(NAMED_ERRORS);
  return source.replace(/^n\d+_registry\.registerError\((\w+)\$, \1\);\n/gm, (line, name: string) =>
    named.has(name) ? line : '',
  );
}

/**
 * The hashes in plain JavaScript are a fallback for a node:crypto without them; Lambda's has them (saves 1,600 /
 * 3,300).
 */
function refuseConstruction(source: string): string {
  const name = /^export class (\w+)/m.exec(source)?.[1];
  if (name === undefined) return source;
  return `export class ${name} { constructor() { throw new Error("${name}: node:crypto has no such hash"); } }`;
}

/**
 * Signing for several regions at once needs a package that is not installed; the single-region signer remains (saves 0
 * / 900).
 */
function keepSingleRegionSigner(): string {
  return 'export { SignatureV4SignWithCredentials as SignatureV4MultiRegion } from "./SignatureV4SignWithCredentials";';
}

/**
 * Clients read one member of their package.json, the version for the user agent (saves 2,000 / 3,000).
 */
export function keepVersionOnly(source: string): string {
  const { version }: { version?: unknown } = JSON.parse(source);
  return JSON.stringify({ version });
}
