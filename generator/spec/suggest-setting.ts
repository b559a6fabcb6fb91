// Writes a setting as YAML that can be pasted: `lambda: { memory_size: 1024 }`, and says under which key. Pure.

import { findValue } from './find-synonym.ts';
import { isObject, type JsonObject, type JsonValue, mergeJson } from './json.ts';
import { placeSetting } from './key-places.ts';
import { matchesSchema } from './matches-schema.ts';
import { formatPath, type SpecPath } from './path-text.ts';
import { findByPlaceName } from './place-names.ts';
import { dereference, schema } from './schema.ts';
import { readQuantity } from './units.ts';
import { exampleMapping, writeValue } from './write-value.ts';

/** Where an unknown key stands. */
export interface Found {
  readonly path: SpecPath;
  /** The value that the file gives it. */
  readonly given: JsonValue | undefined;
  /** The whole file. */
  readonly root: unknown;
  /** The key may mean several settings: a free text says nothing about which. */
  readonly isVague?: boolean;
}

/**
 * A setting, such as `lambda.memory_size` or `environments.<name>.regions`, as YAML with the given value if it takes it,
 * else with an example. Of a group of settings, its keys.
 */
export function suggestSetting(setting: string, { path, given, root, isVague = false }: Found): string {
  const target = placeSetting(path, setting, root);
  const node = findNode(target);
  // What stands where a secret's name belongs may be the secret.
  const isUsed =
    !setting.startsWith('secrets.') && !(isVague && typeof given === 'string' && isFreeText(node));
  const value = pickValue(target, node, isUsed ? given : undefined);
  const place = deepestExisting(target.slice(0, -1), path, root);
  const inner = target.slice(place.length);
  const under = place.length === 0 ? ' at the top level' : ` under \`${formatPath(place)}\``;
  const where = formatPath(place) === formatPath(path) ? '' : under;
  if (value === undefined) {
    const keys = Object.keys(isObject(node.properties) ? node.properties : {});
    return `\`${inner.join('.')}\`${where}, with ${keys.join(', ')}`;
  }
  const isNumber = readQuantity(String(given), node.unit) !== undefined;
  const fits = isNumber && value !== given ? describeLimits(node) : '';
  return `\`${writeInner(inner, value)}\`${where}${fits}`;
}

function isFreeText(node: JsonObject): boolean {
  const { enum: listed, type } = node.type === 'array' ? dereference(node.items) : node;
  return listed === undefined && [type].flat().includes('string');
}

function describeLimits({ minimum, maximum, unit }: JsonObject): string {
  return minimum === undefined || maximum === undefined
    ? ''
    : ` (${minimum} to ${maximum} ${unit ?? ''})`.replace(' )', ')');
}

function writeInner(path: SpecPath, value: JsonValue): string {
  const [key, ...rest] = path;
  if (rest.length === 0) return `${key}: ${writeValue(value)}`;
  return `${key}: { ${writeInner(rest, value)} }`;
}

/** The innermost mapping of the file in which the setting may be written. */
function deepestExisting(target: SpecPath, here: SpecPath, root: unknown): SpecPath {
  let node: unknown = root;
  let depth = 0;
  for (const segment of target) {
    const next: unknown = isContainer(node) ? (node as Record<string, unknown>)[String(segment)] : undefined;
    if (!isContainer(next)) break;
    node = next;
    depth += 1;
  }
  const isHere = here.length <= target.length && here.every((segment, index) => segment === target[index]);
  return target.slice(0, isHere ? Math.max(depth, here.length) : depth);
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The schema's node at a path. */
function findNode(path: SpecPath): JsonObject {
  return path.reduce<JsonObject>((node, segment) => {
    if (typeof segment === 'number') return dereference(node.items);
    const properties = isObject(node.properties) ? node.properties : {};
    return dereference(Object.hasOwn(properties, segment) ? properties[segment] : node.additionalProperties);
  }, schema);
}

/** Undefined for a group of settings. */
function pickValue(path: SpecPath, node: JsonObject, given: JsonValue | undefined): JsonValue | undefined {
  if (isObject(node.properties)) return undefined;
  const items = dereference(node.items);
  const list = (value: JsonValue | undefined): JsonValue[] =>
    Array.isArray(value) ? (value as JsonValue[]) : [];
  const candidates = [
    ...(given === undefined || given === null ? [] : readGiven(path, given, node)),
    ...list(node.examples),
    ...(node.default === false ? [true] : []),
    ...(Array.isArray(node.default) && node.default.length === 0 ? [] : [node.default]),
    ...list(node.enum),
    ...[...list(items.examples), ...list(items.enum), ...exampleMapping(items)].map((item) => [item]),
  ];
  return candidates.find(
    (value): value is JsonValue => value !== undefined && value !== null && isAllowed(path, value),
  );
}

/** The given value in the forms that the setting may take. */
function readGiven(path: SpecPath, given: JsonValue, node: JsonObject): JsonValue[] {
  const items = dereference(node.items);
  const quantity = readQuantity(String(given), node.unit);
  const word = findValue(path, String(given));
  const regions = Array.isArray(items.enum) ? items.enum.map(String) : [];
  const region = findByPlaceName(String(given), regions, items);
  return [
    given,
    ...(quantity === undefined ? [] : [quantity]),
    ...(word === undefined ? [] : [word]),
    ...(Array.isArray(given) && given.length === 1 ? [given[0] as JsonValue] : []),
    ...(typeof given === 'number' ? [String(given)] : []),
    [given],
    ...(region === undefined ? [] : [[region]]),
  ];
}

const SMALLEST_SPEC: JsonObject = { project_name: 'abc', environments: { dev: { regions: ['us-east-1'] } } };
const SMALLEST_SUBSCRIPTION: JsonObject = { name: 'desk', protocol: 'email', endpoint: 'desk@example.com' };

function isAllowed(path: SpecPath, value: JsonValue): boolean {
  const [root, name] = path;
  const base = root === 'environments' && name !== undefined ? { [name]: { regions: ['us-east-1'] } } : {};
  const spec = mergeJson(mergeJson(SMALLEST_SPEC, { environments: base }), nest(path, value));
  return matchesSchema(spec);
}

function nest(path: SpecPath, value: JsonValue): JsonValue {
  const [segment, ...rest] = path;
  if (segment === undefined) return value;
  const inner = nest(rest, value);
  if (typeof segment === 'number') return [mergeJson(SMALLEST_SUBSCRIPTION, inner)];
  return { [segment]: inner };
}
