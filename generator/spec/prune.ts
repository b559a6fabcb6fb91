// Removes the parts that the schema refused from a spec, so that the rules can check the rest in the same run. Pure.
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { SpecPath } from './path-text.ts';
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

/** Copies once for all paths: a spec may have a mistake on every line. */
function removePaths(value: JsonObject, paths: readonly SpecPath[]): JsonObject {
  const pruned = structuredClone(value);
  for (const path of paths) {
    const [, name, key, index] = path;
    // Also removes the overrides of a refused region; they would be reported as overrides of an unlisted region.
    const isRegion = path.length === 4 && path[0] === 'environments' && key === 'regions';
    const region = isRegion ? readAt(value, path) : undefined;
    const environment = readAt(pruned, path.slice(0, 2));
    if (region === undefined || index === undefined || !isObject(environment)) {
      removePath(pruned, cutAtList(path));
      continue;
    }
    const { regions } = environment;
    if (Array.isArray(regions))
      Reflect.set(
        environment,
        'regions',
        regions.filter((item) => item !== region),
      );
    for (const byRegion of ['region_overrides', 'adopt'])
      removePath(pruned, ['environments', String(name), byRegion, String(region)]);
  }
  return pruned;
}

/** Removes the whole list: removing one item would shift the positions of the others. */
function cutAtList(path: SpecPath): SpecPath {
  const index = path.findIndex((segment) => typeof segment === 'number');
  return index === -1 ? path : path.slice(0, index);
}

function readAt(value: JsonValue, path: SpecPath): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((node, segment) => {
    if (Array.isArray(node)) return node[Number(segment)];
    return isObject(node) && Object.hasOwn(node, segment) ? node[segment] : undefined;
  }, value);
}

function removePath(root: JsonObject, path: SpecPath): void {
  const key = path.at(-1);
  const parent = readAt(root, path.slice(0, -1));
  if (key !== undefined && isObject(parent)) Reflect.deleteProperty(parent, key);
}
