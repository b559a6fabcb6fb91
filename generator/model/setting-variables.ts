// Derives the Terraform variable of each setting from the schema: name, type, limits, and the features whose HCL reads
// it. Pure.
import { isObject, type JsonObject, type JsonValue } from '../spec/json.ts';
import type { SpecPath } from '../spec/path-text.ts';
import type { Settings } from '../spec/resolve.ts';
import { dereference } from '../spec/schema.ts';
import { readTerraformKeyword } from '../spec/terraform-keyword.ts';
import { COMPUTED_SWITCHES } from './computed-switches.ts';
import type { FeatureName, Features } from './features.ts';
import { describeLimits } from './limits.ts';
import { SHARED_VALIDATIONS } from './shared-validations.ts';
import type { VariableModel } from './stack-model.ts';

/** A setting as a variable of the module, and of the root if an environment uses it. */
export interface SettingVariable extends Omit<VariableModel, 'default' | 'secret'> {
  /** Path below `defaults`. */
  readonly path: SpecPath;
  readonly read: (settings: Settings) => JsonValue;
  /** The documented system has this variable: it is in the root even if every environment has the default. */
  readonly isDocumented: boolean;
  /** The features whose HCL reads the variable; it exists only with one of them. */
  readonly features: readonly FeatureName[];
}

const HCL_TYPES: { readonly [type: string]: string } = {
  string: 'string',
  boolean: 'bool',
  integer: 'number',
  number: 'number',
};

/** All variables in the schema's order. */
export const SETTING_VARIABLES: readonly SettingVariable[] = collect(
  dereference({ $ref: '#/definitions/defaults' }),
  [],
  [],
);

/** The variables that the HCL reads with these features. */
export function listVariables(used: Features): SettingVariable[] {
  return SETTING_VARIABLES.filter(({ features }) => features.every((name) => used[name]));
}

function collect(node: JsonObject, path: SpecPath, outer: readonly FeatureName[]): SettingVariable[] {
  const { features: own = [], variable } = readTerraformKeyword(node);
  const features = [...outer, ...(own as readonly FeatureName[])];
  if (variable !== undefined) return [describe(variable, node, { path, features })];
  return Object.entries(asObject(node.properties)).flatMap(([key, property]) =>
    collect(dereference(property), [...path, key], features),
  );
}

function describe(
  name: string,
  node: JsonObject,
  { path, features }: Pick<SettingVariable, 'path' | 'features'>,
): SettingVariable {
  const { documented = false, description, validation } = readTerraformKeyword(node);
  const compute = COMPUTED_SWITCHES[name];
  const type = compute === undefined ? describeType(node) : 'bool';
  const convert = listsMappings(node) ? keyByName : (value: JsonValue): JsonValue => value;
  const limits = type === 'bool' ? [] : describeLimits(name, node);
  return {
    name,
    type,
    path,
    description: description ?? String(node.description),
    read: compute ?? ((settings) => convert(readAt(settings, path))),
    isDocumented: documented,
    nullable: Array.isArray(node.type) && node.type.includes('null'),
    features,
    validations: [
      ...limits,
      ...(SHARED_VALIDATIONS[name] ?? []),
      ...(validation === undefined ? [] : [validation]),
    ],
  };
}

/** The HCL type of the variable's values: the spec's list, or the map that `keyByName` makes of it. */
function describeType(node: JsonObject): string {
  const type = Array.isArray(node.type) ? node.type.find((name) => name !== 'null') : node.type;
  if (type === 'object') return `map(${describeType(dereference(node.additionalProperties))})`;
  if (type !== 'array') return HCL_TYPES[String(type)] ?? unexpected(node);
  const items = dereference(node.items);
  if (!listsMappings(node)) return `list(${describeType(items)})`;
  const attributes = Object.entries(asObject(items.properties)).filter(([key]) => key !== 'name');
  const width = Math.max(...attributes.map(([key]) => key.length));
  const lines = attributes.map(
    ([key, property]) => `    ${key.padEnd(width)} = ${describeType(dereference(property))}\n`,
  );
  return `map(object({\n${lines.join('')}  }))`;
}

function listsMappings({ items }: JsonObject): boolean {
  return isObject(dereference(items).properties);
}

/** Keyed by name, so that reordering the list keeps the resources' addresses. */
function keyByName(list: JsonValue): JsonValue {
  const entries = Array.isArray(list) ? list.filter(isObject) : [];
  return Object.fromEntries(entries.map(({ name, ...entry }) => [String(name), entry]));
}

function readAt(settings: Settings, path: SpecPath): JsonValue {
  return path.reduce<JsonValue>(
    (value, segment) => (isObject(value) ? (value[segment] ?? null) : null),
    settings as unknown as JsonObject,
  );
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function unexpected(node: JsonObject): never {
  throw new Error(`the schema has a setting that no Terraform variable can carry: ${JSON.stringify(node)}`);
}
