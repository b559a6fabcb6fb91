// The committed extract of the schema of AWS provider 6 (schema.json): everything that a generated tree can set or read.
// `node generator/main.mjs test/support/provider-6/extract-schema.ts` writes it again after a template uses something new.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Emitted } from './read-emitted.ts';

export const SCHEMA_FILE = join(import.meta.dirname, 'schema.json');

/**
 * An argument, or a block with its own arguments. Blocks that no tree has are not listed further; `any`: the source does
 * not say what is in the block (statements of a web ACL contain each other).
 */
export interface Arguments {
  readonly [name: string]: true | 'any' | Arguments;
}

export interface TypeSchema {
  readonly arguments: Arguments;
  /** What expressions can read, besides the arguments. */
  readonly attributes: readonly string[];
  /** Path -> the provider's warning; an empty path for the whole type. */
  readonly deprecated: Readonly<Record<string, string>>;
}

export interface ProviderSchema {
  readonly provider: string;
  readonly extracted: string;
  readonly sources: readonly string[];
  readonly types: Readonly<Record<string, TypeSchema>>;
}

export function readProviderSchema(): ProviderSchema {
  return JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as ProviderSchema;
}

/** Everything emitted that the provider does not know, or warns of. */
export function findMisfits({ arguments: given, attributes }: Emitted, { types }: ProviderSchema): string[] {
  const problems = [...given].flatMap(([type, paths]) => {
    const known = types[type];
    if (known === undefined) return [`${type} does not exist`];
    return ['', ...paths].flatMap((path) => {
      const name = path === '' ? type : `${type}: ${path}`;
      if (path !== '' && !hasArgument(known.arguments, path)) return [`${name} does not exist`];
      const warning = known.deprecated[path];
      return warning === undefined ? [] : [`${name} is deprecated`];
    });
  });
  const unread = [...attributes].flatMap(([type, names]) =>
    [...names].flatMap((name) => {
      const known = types[type];
      if (known === undefined) return [`${type} does not exist`];
      if (known.deprecated[name] !== undefined) return [`${type}: ${name} is deprecated`];
      return known.attributes.includes(name) || known.arguments[name] !== undefined
        ? []
        : [`${type}: ${name} cannot be read`];
    }),
  );
  return [...new Set([...problems, ...unread])].sort();
}

function hasArgument(known: Arguments, path: string): boolean {
  let node: true | 'any' | Arguments | undefined = known;
  for (const name of path.split('.')) {
    if (node === 'any') return true;
    node = typeof node === 'object' ? node[name] : undefined;
  }
  return node !== undefined;
}
