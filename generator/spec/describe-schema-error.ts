// Describes one schema error: the problem, who sets the limit, and the value to write instead.
import type { ErrorObject } from 'ajv';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import {
  describeCount,
  describeLength,
  describeRange,
  describeType,
  describeValue,
  quoteKey,
} from './describe-value.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { SpecPath } from './path-text.ts';
import { dereference } from './schema.ts';
import {
  hintForEmpty,
  hintForEnum,
  hintForMissingKey,
  hintForPattern,
  hintForRange,
  hintForType,
  hintForUnknownKey,
  MANY_VALUES,
} from './schema-hints.ts';

/** What is wrong, and where. */
export interface Description {
  readonly code: DiagnosticCode;
  readonly path: SpecPath;
  readonly what: string;
  readonly why?: string;
  readonly fix?: string;
  /** The problem is in the key; the value may be right. */
  readonly atKey?: boolean;
}

/** An error, and the text of the value in the file, if it is a number or a switch: YAML reads `0042` as 42. */
export interface SchemaError extends ErrorObject {
  readonly source?: string;
  /** The whole file. */
  readonly root?: unknown;
}

type Describer = (error: SchemaError, path: SpecPath, node: JsonObject, isBrief: boolean) => Description;

/** Undefined for an error that another one explains better. `isBrief` skips the search for a similar key. */
export function describeSchemaError(
  error: SchemaError,
  path: SpecPath,
  isBrief = false,
): Description | undefined {
  const node = (error.parentSchema ?? {}) as JsonObject;
  // `propertyNames` repeats the errors of the keywords inside it, which have the key's position.
  if (error.propertyName !== undefined) return describeKey(error, path, error.propertyName);
  if (error.keyword === 'propertyNames') return undefined;
  const describe = DESCRIBERS[error.keyword];
  if (describe === undefined)
    return { code: 'SONO299', path, what: `breaks the schema's rule \`${error.keyword}\`` };
  return describe(error, path, node, isBrief);
}

const describeForm: Describer = ({ data }, path, node) => ({
  code: 'SONO206',
  path,
  what:
    node.patternDescription === undefined
      ? `must have ${describeLength(node)}, not ${String(data).length}`
      : `must be ${node.patternDescription} (${describeLength(node)}), not ${describeValue(data)}`,
  ...notes(node, hintForPattern(path, node, data)),
});

const describeOutOfRange: Describer = ({ data, source }, path, node) => ({
  code: 'SONO205',
  path,
  what: `must be ${describeRange(node)}, not ${source ?? describeValue(data)}`,
  ...notes(node, hintForRange(node)),
});

const describeWrongCount: Describer = ({ data }, path, node) => {
  const count = Array.isArray(data) ? data.length : Object.keys(isObject(data) ? data : {}).length;
  return {
    code: 'SONO207',
    path,
    what: `must have ${describeCount(node)}, not ${count}`,
    ...notes(node, count === 0 ? hintForEmpty(node) : 'remove the entries that you do not need'),
  };
};

const DESCRIBERS: Partial<Record<string, Describer>> = {
  additionalProperties: ({ params, data, root }, path, node, isBrief) => {
    const key = String(params.additionalProperty);
    const given = isObject(data) ? data[key] : undefined;
    const known = Object.keys(isObject(node.properties) ? node.properties : {});
    return {
      code: 'SONO201',
      path: [...path, key],
      atKey: true,
      what: `unknown key ${quoteKey(key)}`,
      ...(isBrief ? {} : { fix: hintForUnknownKey(key, known, { path, given, root }) }),
    };
  },
  required: ({ params }, path, node) => {
    const key = String(params.missingProperty);
    const property = isObject(node.properties) ? dereference(node.properties[key]) : {};
    return {
      code: 'SONO202',
      path,
      atKey: true,
      what: `the key \`${key}\` is missing`,
      fix: hintForMissingKey(key, property),
    };
  },
  type: ({ params, data, source }, path, node) => ({
    code: 'SONO203',
    path,
    what: `must be ${describeType(params.type)}, not ${source ?? describeValue(data)}`,
    ...notes({}, hintForType(data, path, node, source)),
  }),
  enum: ({ params, data, source }, path, node) => {
    const allowed = params.allowedValues as JsonValue[];
    const list = allowed.length > MANY_VALUES ? 'the allowed values' : allowed.join(', ');
    return {
      code: 'SONO204',
      path,
      what: `${source ?? describeValue(data)} is not ${allowed.length === 1 ? list : `one of ${list}`}`,
      ...notes(node, hintForEnum(path, data, allowed, node)),
    };
  },
  minimum: describeOutOfRange,
  maximum: describeOutOfRange,
  pattern: describeForm,
  minLength: describeForm,
  maxLength: describeForm,
  minItems: describeWrongCount,
  maxItems: describeWrongCount,
  minProperties: describeWrongCount,
  maxProperties: describeWrongCount,
  uniqueItems: ({ params }, path) => ({
    code: 'SONO208',
    path: [...path, Math.max(Number(params.i), Number(params.j))],
    what: `repeats the entry [${Math.min(Number(params.i), Number(params.j))}]`,
    fix: 'remove one of the two',
  }),
};

function describeKey(error: ErrorObject, path: SpecPath, key: string): Description {
  const node = (error.parentSchema ?? {}) as JsonObject;
  const allowed = error.keyword === 'enum' ? (error.params.allowedValues as JsonValue[]) : undefined;
  const form = node.patternDescription === undefined ? '' : `must be ${node.patternDescription}, with `;
  return {
    code: 'SONO209',
    path: [...path, key],
    atKey: true,
    what:
      allowed === undefined
        ? `the key ${quoteKey(key)} ${form}${describeLength(node)}`
        : `the key ${quoteKey(key)} is not one of the allowed values`,
    ...notes(
      node,
      allowed === undefined ? hintForPattern(path, node, key) : hintForEnum(path, key, allowed, node),
    ),
  };
}

function notes({ limitSource }: JsonObject, fix: string | undefined): { why?: string; fix?: string } {
  return {
    ...(typeof limitSource === 'string' ? { why: limitSource } : {}),
    ...(fix === undefined || fix === '' ? {} : { fix }),
  };
}
