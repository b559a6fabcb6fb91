// Receives a loaded spec and promises located diagnostics for everything that the JSON schema refuses, all at once.
import type { ErrorObject } from 'ajv';
import { closest, distance } from 'fastest-levenshtein';
import type { Diagnostic } from '../diagnostics.ts';
import { isObject, type JsonValue } from './json.ts';
import type { LoadedSpec, SpecPath } from './load.ts';
import { matchesSchema } from './matches-schema.ts';

/** A schema problem and the value it is about, so that the rules can go on without that value. */
export interface SchemaProblem {
  readonly diagnostic: Diagnostic;
  readonly path: SpecPath;
}

/**
 * Checks a spec against the schema. Codes: SONO201 unknown key, SONO202 missing key, SONO203 wrong type,
 * SONO204 not one of the allowed values, SONO205 out of range, SONO206 wrong form, SONO207 wrong number of items,
 * SONO208 duplicate item, SONO209 key of a wrong form.
 */
export function validateSpec(spec: LoadedSpec): readonly SchemaProblem[] {
  if (matchesSchema(spec.value)) return [];
  const problems = new Map<string, SchemaProblem>();
  for (const error of matchesSchema.errors ?? []) {
    const problem = describeError(error, spec);
    if (problem === undefined) continue;
    const { location, code, message } = problem.diagnostic;
    const id = [location?.line, location?.column, code, message].join('|');
    if (!problems.has(id)) problems.set(id, problem);
  }
  return [...problems.values()];
}

interface Description {
  readonly code: string;
  readonly path: SpecPath;
  readonly message: string;
  readonly hint?: string;
  readonly atKey?: boolean;
}

function describeError(error: ErrorObject, spec: LoadedSpec): SchemaProblem | undefined {
  const description = describe(error);
  if (description === undefined) return undefined;
  const { code, path, message, hint, atKey } = description;
  const location = atKey === true ? spec.locateKey(path) : spec.locate(path);
  return {
    path,
    diagnostic: {
      code,
      severity: 'error',
      message,
      path: formatPath(path),
      location,
      ...(hint === undefined ? {} : { hint }),
    },
  };
}

function describe(error: ErrorObject): Description | undefined {
  const path = parsePointer(error.instancePath);
  const { keyword, params, data } = error;
  const parentSchema = (error.parentSchema ?? {}) as SchemaNode;
  // The names of properties are reported by their own keyword below, with the key's position.
  if (error.propertyName !== undefined) return describeKey(error, path, error.propertyName);
  switch (keyword) {
    case 'propertyNames':
      return undefined;
    case 'additionalProperties': {
      const key = String(params.additionalProperty);
      const known = Object.keys(isObject(parentSchema.properties) ? parentSchema.properties : {});
      return {
        code: 'SONO201',
        path: [...path, key],
        atKey: true,
        message: `unknown key \`${key}\``,
        hint: suggest(key, known, 'the keys here are'),
      };
    }
    case 'required': {
      const key = String(params.missingProperty);
      return {
        code: 'SONO202',
        path,
        atKey: true,
        message: `the key \`${key}\` is missing`,
        hint: `add \`${key}:\``,
      };
    }
    case 'type':
      return {
        code: 'SONO203',
        path,
        message: `must be ${describeType(params.type)}, not ${describeValue(data)}`,
        ...(isUnquotedNumber(params.type, data) ? { hint: 'put it in quotes' } : defaultHint(parentSchema)),
      };
    case 'enum': {
      const allowed = (params.allowedValues as JsonValue[]).map(String);
      return {
        code: 'SONO204',
        path,
        message: `${describeValue(data)} is not ${allowed.length > 8 ? 'one of the allowed values' : `one of ${allowed.join(', ')}`}`,
        hint: suggest(String(data), allowed, 'allowed are'),
      };
    }
    case 'minimum':
    case 'maximum':
      return {
        code: 'SONO205',
        path,
        message: `must be ${describeRange(parentSchema)}, not ${describeValue(data)}`,
        ...defaultHint(parentSchema),
      };
    case 'pattern':
      return {
        code: 'SONO206',
        path,
        message: `${describeValue(data)} does not have the form ${String(params.pattern)}`,
        ...exampleHint(parentSchema),
      };
    case 'minLength':
    case 'maxLength':
      return {
        code: 'SONO206',
        path,
        message: `must have ${describeLength(parentSchema)} characters, not ${String(data).length}`,
      };
    case 'minItems':
    case 'maxItems':
    case 'minProperties':
    case 'maxProperties':
      return {
        code: 'SONO207',
        path,
        message: `must have ${keyword.startsWith('min') ? 'at least' : 'at most'} ${params.limit} ${params.limit === 1 ? 'entry' : 'entries'}`,
      };
    case 'uniqueItems':
      return {
        code: 'SONO208',
        path: [...path, Number(params.i)],
        message: `is the same as item ${Number(params.j) + 1}`,
        hint: 'remove one of the two',
      };
    default:
      return { code: 'SONO299', path, message: `breaks the schema's rule \`${keyword}\`` };
  }
}

function describeKey(error: ErrorObject, path: SpecPath, key: string): Description {
  const allowed = error.keyword === 'enum' ? (error.params.allowedValues as JsonValue[]).map(String) : [];
  const message =
    error.keyword === 'enum'
      ? `the key \`${key}\` is not one of the allowed values`
      : `the key \`${key}\` does not have the form ${String(error.parentSchema?.pattern)} with ${describeLength((error.parentSchema ?? {}) as SchemaNode)} characters`;
  return {
    code: 'SONO209',
    path: [...path, key],
    atKey: true,
    message,
    ...(allowed.length > 0 ? { hint: suggest(key, allowed, 'allowed are') } : {}),
  };
}

function suggest(given: string, allowed: readonly string[], introduction: string): string {
  const nearest = allowed.length === 0 ? '' : closest(given, [...allowed]);
  const isNear = nearest !== '' && distance(given, nearest) <= Math.max(2, Math.floor(nearest.length / 3));
  const completion = allowed.find((name) => given.length >= 3 && name.startsWith(given));
  const suggestion = isNear ? nearest : completion;
  if (suggestion !== undefined && Number.isNaN(Number(suggestion))) return `did you mean \`${suggestion}\`?`;
  return allowed.length === 0 ? 'remove it' : `${introduction}: ${allowed.join(', ')}`;
}

function describeType(type: unknown): string {
  const names: Partial<Record<string, string>> = {
    object: 'a mapping',
    array: 'a list',
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    null: 'null',
  };
  const types = Array.isArray(type) ? type : String(type).split(',');
  return types.map((name) => names[String(name)] ?? String(name)).join(' or ');
}

/** An account id without quotes is a number to YAML, and loses leading zeros. */
function isUnquotedNumber(type: unknown, value: unknown): boolean {
  return typeof value === 'number' && [type].flat().includes('string');
}

function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function describeRange({ minimum, maximum }: SchemaNode): string {
  if (minimum === undefined) return `at most ${maximum}`;
  return maximum === undefined ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
}

function describeLength({ minLength, maxLength }: SchemaNode): string {
  return `${minLength ?? 0} to ${maxLength ?? 'any number of'}`;
}

/** What the messages quote of a schema. */
interface SchemaNode {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
  readonly examples?: unknown;
  readonly properties?: unknown;
}

function defaultHint({ default: value }: SchemaNode): { hint?: string } {
  return value === undefined || typeof value === 'object' ? {} : { hint: `the default is ${String(value)}` };
}

function exampleHint({ examples }: SchemaNode): { hint?: string } {
  return Array.isArray(examples) && examples.length > 0 ? { hint: `for example ${String(examples[0])}` } : {};
}

/** `environments.dev.regions[0]`, as people write it. */
export function formatPath(path: SpecPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

function parsePointer(pointer: string): SpecPath {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
