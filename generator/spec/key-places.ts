// Finds where the schema allows a key: an unknown key is often right at another place.
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import { formatPath, type SpecPath } from './path-text.ts';
import { dereference, schema } from './schema.ts';

/** Settings may stand under `defaults`, an environment, or one of its regions. */
const ENVIRONMENT_DEPTH = 2;
const REGION_DEPTH = 4;

/**
 * Where `key`, which the mapping at `path` does not have, belongs: in another group of settings, under
 * `defaults` or an environment, at the top level. Undefined when no place or more than three have it.
 */
export function findPlace(path: SpecPath, key: string): string | undefined {
  const container = findContainer(path);
  const groups = listKeys(settings()).filter((group) => hasKey(settings()[group], key));
  const places: string[] = [];
  if (hasKey(schema, key) && path.length > 0) places.push('at the top level');
  if (hasKey(environment(), key) && container.kind !== 'environment') {
    if (hasKey(dereference({ $ref: '#/definitions/defaults' }), key)) places.push(underSettings(container));
    else places.push('under an environment');
  }
  if (groups.length > 0 && groups.length <= 3) {
    places.push(
      `under ${groups.map((group) => `\`${formatPath([...container.path, group])}\``).join(' or ')}`,
    );
  }
  return places.length === 0 || places.length > 3 ? undefined : places.join(', or ');
}

/**
 * The path of a setting, seen from the mapping at `path`: `s3.expiration_days` within `environments.dev.lambda` is
 * `environments.dev.s3.expiration_days`, and within the top level `defaults.s3.expiration_days`.
 */
export function placeSetting(path: SpecPath, setting: string, root: unknown): SpecPath {
  const segments = setting.split(/\.|(?=\[)/);
  const named = isObject(root) && isObject(root.environments) ? Object.keys(root.environments) : [];
  const environment = path[0] === 'environments' && path.length > 1 ? path[1] : named[0];
  const isSetting = Object.hasOwn(settings(), segments[0] ?? '');
  const prefix = isSetting ? findContainer(path).path : [];
  return [...prefix, ...segments].map((segment, index) => {
    if (segment === '<name>') return environment ?? 'dev';
    if (segment !== '[]') return segment;
    return typeof path[index] === 'number' ? path[index] : 0;
  });
}

/** The setting at a path, whichever place sets it: `lambda.timeout`, `subscriptions[].risk`, `environments.<name>.regions`. */
export function nameSetting(path: SpecPath): string {
  const above = findContainer(path).path;
  const isSetting =
    above.every((segment, index) => path[index] === segment) &&
    Object.hasOwn(settings(), String(path[above.length]));
  const named = path.map((segment, index) =>
    index === 1 && path[0] === 'environments' ? '<name>' : segment,
  );
  return formatPath(isSetting ? path.slice(above.length) : named).replaceAll(/\[\d+\]/g, '[]');
}

/** All keys that the schema allows: at the top level, under an environment, and as settings. */
export function listKnownKeys(): string[] {
  const groups = settings();
  const inGroups = listKeys(groups).flatMap((group) => listKeys(propertiesOf(dereference(groups[group]))));
  const keys = [...listKeys(propertiesOf(schema)), ...listKeys(propertiesOf(environment())), ...inGroups];
  return [...new Set(keys)];
}

interface Container {
  readonly kind: 'top' | 'defaults' | 'environment' | 'region';
  /** Path of the mapping that holds settings. */
  readonly path: SpecPath;
}

function findContainer(path: SpecPath): Container {
  const [head, , third] = path;
  if (head === 'defaults') return { kind: 'defaults', path: ['defaults'] };
  if (head !== 'environments' || path.length < ENVIRONMENT_DEPTH) return { kind: 'top', path: ['defaults'] };
  const isRegion = third === 'region_overrides' && path.length >= REGION_DEPTH;
  const depth = isRegion ? REGION_DEPTH : ENVIRONMENT_DEPTH;
  return { kind: isRegion ? 'region' : 'environment', path: path.slice(0, depth) };
}

function underSettings({ kind, path }: Container): string {
  return kind === 'top' ? 'under `defaults` or an environment' : `under \`${formatPath(path)}\``;
}

function settings(): JsonObject {
  return propertiesOf(dereference({ $ref: '#/definitions/defaults' }));
}

function environment(): JsonObject {
  return dereference({ $ref: '#/definitions/environment' });
}

function listKeys(object: JsonObject): string[] {
  return Object.keys(object);
}

function hasKey(node: JsonValue | undefined, key: string): boolean {
  return Object.hasOwn(propertiesOf(dereference(node)), key);
}

function propertiesOf(node: JsonObject): JsonObject {
  return isObject(node.properties) ? node.properties : {};
}
