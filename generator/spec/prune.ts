// Receives a spec with schema problems and promises one without the refused parts, so that the rules can check
// what is left in the same run. Pure.
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { SpecPath } from './load.ts';
import { dereference } from './schema.ts';
import type { SonotheiaConfig } from './spec-types.ts';

/** The spec without the values at `refused`; `undefined` when no environment is left to check. */
export function pruneSpec(value: unknown, refused: readonly SpecPath[]): SonotheiaConfig | undefined {
  if (!isObject(value)) return undefined;
  if (refused.length === 0) return value as unknown as SonotheiaConfig;
  const pruned = removePaths(value, refused);
  const environments = isObject(pruned.environments) ? pruned.environments : {};
  const complete = Object.entries(environments).filter(([, environment]) => hasRegions(environment));
  if (complete.length === 0) return undefined;
  const config = {
    ...pruned,
    project_name: pruned.project_name ?? dereference({ $ref: '#/definitions/project_name' }).default,
    environments: Object.fromEntries(complete),
  };
  return config as unknown as SonotheiaConfig;
}

function hasRegions(environment: JsonValue): boolean {
  return isObject(environment) && Array.isArray(environment.regions) && environment.regions.length > 0;
}

function removePaths(value: JsonObject, paths: readonly SpecPath[]): JsonObject {
  return paths.reduce<JsonObject>((node, path) => {
    const [, name, key, index] = path;
    // A refused region takes its overrides along, which would otherwise seem to name a region that is not listed.
    const isRegion = path.length === 4 && path[0] === 'environments' && key === 'regions';
    const region = isRegion ? readAt(value, path) : undefined;
    if (region === undefined || index === undefined) return asObject(removePath(node, cutAtList(path)));
    const withoutItem = asObject(
      mapAt(node, path.slice(0, 3), (list) =>
        Array.isArray(list) ? list.filter((item) => item !== region) : list,
      ),
    );
    return ['region_overrides', 'adopt'].reduce<JsonObject>(
      (rest, byRegion) =>
        asObject(removePath(rest, ['environments', String(name), byRegion, String(region)])),
      withoutItem,
    );
  }, value);
}

/** Removing one item would shift the positions of the others: a list with a refused item goes whole. */
function cutAtList(path: SpecPath): SpecPath {
  const index = path.findIndex((segment) => typeof segment === 'number');
  return index === -1 ? path : path.slice(0, index);
}

function asObject(value: JsonValue): JsonObject {
  return isObject(value) ? value : {};
}

function readAt(value: JsonValue, path: SpecPath): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((node, segment) => {
    if (Array.isArray(node)) return node[Number(segment)];
    return isObject(node) && Object.hasOwn(node, segment) ? node[segment] : undefined;
  }, value);
}

function mapAt(
  node: JsonValue,
  [head, ...rest]: SpecPath,
  change: (value: JsonValue) => JsonValue,
): JsonValue {
  if (head === undefined) return change(node);
  if (!isObject(node) || !Object.hasOwn(node, head)) return node;
  return { ...node, [head]: mapAt(node[head] ?? null, rest, change) };
}

function removePath(node: JsonValue, path: SpecPath): JsonValue {
  const key = path.at(-1);
  if (key === undefined) return node;
  return mapAt(node, path.slice(0, -1), (parent) =>
    isObject(parent) ? Object.fromEntries(Object.entries(parent).filter(([name]) => name !== key)) : parent,
  );
}
