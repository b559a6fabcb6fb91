// Explains a key as the user typed it, or lists the keys that it may mean. Pure.
import { findNear } from '../diagnostics/suggest.ts';
import type { JsonValue } from '../spec/json.ts';
import { listSchemaKeys, type SchemaKey } from '../spec/schema-keys.ts';
import { wrapText } from '../text/wrap-text.ts';
import { explainTopic } from './explain-topic.ts';
import { findResources } from './find-resources.ts';

export type Explanation =
  | { readonly kind: 'key' | 'topic'; readonly text: string }
  | { readonly kind: 'unknown'; readonly candidates: readonly string[] };

/**
 * Explains `lambda.timeout`, `environments.prod.lambda.timeout`, its variable `lambda_timeout`, or just `timeout` if
 * only one key has that name; of any other word, such as `retention`, the settings about it.
 */
export function explainKey(given: string): Explanation {
  const keys = listSchemaKeys();
  const wanted = normalize(given);
  const names = new Map(keys.map((key) => [nameKey(key), key]));
  const exact = names.get(wanted) ?? keys.find((key) => nameKey(key).replaceAll('[]', '') === wanted);
  const bare = stripName(wanted);
  const byEnd = [...names.keys()].filter(
    (name) => name.endsWith(`.${wanted}`) || stripName(name.split('.').at(-1) ?? '') === bare,
  );
  const found =
    exact ??
    keys.find(({ variable }) => variable === wanted) ??
    (byEnd.length === 1 ? names.get(byEnd[0] ?? '') : undefined);
  if (found !== undefined) return { kind: 'key', text: describe(found, keys) };
  const topic = explainTopic(wanted, names);
  if (topic !== undefined) return { kind: 'topic', text: topic };
  const lastParts = groupByLastPart([...names.keys()]);
  const all = [...names.keys(), ...lastParts.keys()];
  const near = findNear(wanted, all);
  return { kind: 'unknown', candidates: near === undefined ? [] : (lastParts.get(near) ?? [near]) };
}

/** `memorySize` is `memory_size`. */
function stripName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** `timeout` -> `lambda.timeout`. */
function groupByLastPart(names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const last = name.split('.').at(-1) ?? name;
    groups.set(last, [...(groups.get(last) ?? []), name]);
  }
  return groups;
}

/** The path of a setting without `defaults`: `lambda.timeout`. */
function nameKey({ path }: SchemaKey): string {
  return path
    .filter((segment, index) => !(index === 0 && segment === 'defaults' && path.length > 1))
    .join('.')
    .replaceAll('.[]', '[]');
}

function normalize(given: string): string {
  const place = /^(defaults\.|environments\.[^.]+\.region_overrides\.[^.]+\.|environments\.[^.]+\.)/;
  const key = given.replaceAll(/\.?\[\d*\]/g, '[]').replace(/^environments\.[^.]+$/, 'environments');
  const withoutPlace = key.replace(place, '');
  const isOfEnvironment = listSchemaKeys().some(
    ({ path }) => path.join('.') === key.replace(/^(environments\.)[^.]+/, '$1<name>'),
  );
  return isOfEnvironment && key.startsWith('environments.')
    ? key.replace(/^(environments\.)[^.]+/, '$1<name>')
    : withoutPlace;
}

function describe(key: SchemaKey, keys: readonly SchemaKey[]): string {
  const name = nameKey(key);
  const rows = key.isGroup ? [] : listFacts(key);
  const children = keys.filter(
    ({ path }) =>
      path.length === key.path.length + 1 && key.path.every((segment, index) => path[index] === segment),
  );
  const variables = findVariables(key, keys);
  const reached = variables.flatMap(findResources);
  return [
    `${name}: ${key.title}`,
    '',
    ...wrapText(key.description, '  '),
    '',
    ...rows.map(([label, value]) => `  ${label.padEnd(9)} ${value}`),
    `  ${'set at'.padEnd(9)} ${listPlaces(key).join(', ')}`,
    ...(variables.length === 0 ? [] : [`  ${'variable'.padEnd(9)} ${variables.join(', ')}`]),
    ...(key.usedBy === null ? [] : [`  ${'used by'.padEnd(9)} ${key.usedBy}`]),
    ...[...new Set(reached)].map(
      (address, index) => `  ${(index === 0 ? 'reaches' : '').padEnd(9)} ${address}`,
    ),
    ...(children.length === 0
      ? []
      : ['', '  keys', ...children.map((child) => `    ${child.path.at(-1)}: ${child.title}`)]),
    '',
  ].join('\n');
}

function listFacts({
  type,
  limits,
  default: value,
  examples,
  isRequired,
  limitSource,
  values,
}: SchemaKey): (readonly [string, string])[] {
  return [
    ['type', type],
    ...limits.map((limit) => ['limit', limit] as const),
    ...(limitSource === '' ? [] : [['why', limitSource] as const]),
    ...(values.length > MANY_VALUES ? [] : listValues(values)),
    ...(isRequired ? [['required', 'yes'] as const] : [['default', formatValue(value ?? null)] as const]),
    ...examples.map((example) => ['example', formatValue(example)] as const),
  ];
}

/** Explains up to this many values one by one. */
const MANY_VALUES = 12;

function listValues(values: SchemaKey['values']): (readonly [string, string])[] {
  return values.map(({ value, description }, index) => [
    index === 0 ? 'values' : '',
    `${value}: ${description}`,
  ]);
}

function listPlaces({ path }: SchemaKey): string[] {
  const [root, ...rest] = path;
  if (root !== 'defaults' || rest.length === 0) return [path.join('.')];
  const key = rest.join('.').replaceAll('.[]', '[]');
  return [
    `defaults.${key}`,
    `environments.<name>.${key}`,
    `environments.<name>.region_overrides.<region>.${key}`,
  ];
}

/** Terraform variables that carry the key, or the settings of a group. */
function findVariables({ path, variable }: SchemaKey, keys: readonly SchemaKey[]): string[] {
  if (variable !== null) return [variable];
  const [root, ...group] = path;
  if (root !== 'defaults' || group.length === 0) return [];
  return keys
    .filter((key) => path.every((segment, index) => key.path[index] === segment))
    .flatMap((key) => key.variable ?? []);
}

function formatValue(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
