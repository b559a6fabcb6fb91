// Receives a spec as written and as resolved, and promises each setting's value with the place it came from. Pure.
import { nameStack, type StackNames } from '../model/naming.ts';
import { equalJson, isObject, type JsonValue } from '../spec/json.ts';
import type { SpecPath } from '../spec/load.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { readDefaultSettings } from '../spec/resolve.ts';
import { hasPath } from '../spec/rules/spec-paths.ts';
import type { SonotheiaConfig } from '../spec/spec-types.ts';

/** `derived`: the generator decided, as it does for `auto` values. */
export type Origin = 'default' | 'shared' | 'environment' | 'region' | 'derived';

export interface TracedSetting {
  /** Dotted, such as `lambda.timeout`. */
  readonly path: string;
  readonly value: JsonValue;
  readonly origin: Origin;
}

export interface TracedStack {
  readonly environment: string;
  readonly region: string;
  readonly settings: readonly TracedSetting[];
  readonly names: StackNames;
}

/** One entry for each environment in each of its regions, in the order of the spec. */
export function traceSettings(config: SonotheiaConfig, resolved: ResolvedSpec): TracedStack[] {
  const defaults = readDefaultSettings();
  return resolved.environments.flatMap((environment) =>
    environment.regions.map((region) => {
      const places: readonly (readonly [Origin, SpecPath])[] = [
        ['region', ['environments', environment.name, 'region_overrides', region.name]],
        ['environment', ['environments', environment.name]],
        ['shared', ['defaults']],
      ];
      const settings = listLeaves(region.settings as unknown as JsonValue, []).map(
        ([path, value]): TracedSetting => {
          const written = places.find(([, place]) => hasPath(config, [...place, ...path]));
          const isAsWritten =
            written === undefined
              ? equalJson(readAt(defaults, path), value)
              : equalJson(readAt(config, [...written[1], ...path]), value);
          const origin = isAsWritten || Array.isArray(value) ? (written?.[0] ?? 'default') : 'derived';
          return { path: path.join('.'), value, origin };
        },
      );
      return {
        environment: environment.name,
        region: region.name,
        settings,
        names: nameStack(environment, region),
      };
    }),
  );
}

function listLeaves(value: JsonValue, path: readonly string[]): (readonly [readonly string[], JsonValue])[] {
  if (!isObject(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, child]) => listLeaves(child, [...path, key]));
}

function readAt(value: unknown, path: SpecPath): unknown {
  return path.reduce<unknown>(
    (node, segment) =>
      typeof node === 'object' && node !== null
        ? (node as Record<string | number, unknown>)[segment]
        : undefined,
    value,
  );
}
