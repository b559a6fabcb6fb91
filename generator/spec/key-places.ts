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
  const isSettings = container.kind !== 'top';
  const places: string[] = [];
  if (hasKey(schema, key) && path.length > 0) places.push('at the top level');
  if (hasKey(environment(), key) && container.kind !== 'environment') {
    if (hasKey(dereference({ $ref: '#/definitions/defaults' }), key)) places.push(underSettings(container));
    else places.push('under an environment');
  }
  if (groups.length > 0 && groups.length <= 3) {
    const prefix = isSettings ? container.prefix : 'defaults.';
    places.push(`under ${groups.map((group) => `\`${prefix}${group}\``).join(' or ')}`);
  }
  return places.length === 0 || places.length > 3 ? undefined : places.join(', or ');
}

/** A setting, as seen from the mapping at `path`: `s3.expiration_days` within `defaults.s3` is `expiration_days`. */
export function placeSetting(path: SpecPath, setting: string): string {
  const container = findContainer(path);
  const [group = ''] = setting.split(/[.[]/);
  if (!Object.hasOwn(settings(), group)) return `\`${setting}\``;
  const prefix = container.kind === 'top' ? 'defaults.' : container.prefix;
  const full = `${prefix}${setting}`;
  const here = `${formatPath(path).replaceAll(/\[\d+\]/g, '[]')}.`;
  return `\`${here.length > prefix.length && full.startsWith(here) ? full.slice(here.length) : full}\``;
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
  /** Path of the group of settings, with a final dot. */
  readonly prefix: string;
}

function findContainer(path: SpecPath): Container {
  const [head, , third] = path;
  if (head === 'defaults') return { kind: 'defaults', prefix: 'defaults.' };
  if (head !== 'environments' || path.length < ENVIRONMENT_DEPTH) return { kind: 'top', prefix: '' };
  const isRegion = third === 'region_overrides' && path.length >= REGION_DEPTH;
  const depth = isRegion ? REGION_DEPTH : ENVIRONMENT_DEPTH;
  return { kind: isRegion ? 'region' : 'environment', prefix: `${path.slice(0, depth).join('.')}.` };
}

function underSettings({ kind, prefix }: Container): string {
  return kind === 'top' ? 'under `defaults` or an environment' : `under \`${prefix.slice(0, -1)}\``;
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
