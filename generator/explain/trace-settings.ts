// Lists each setting's value with its source in the spec. Pure.

import { equalJson, isObject, type JsonValue } from '../spec/json.ts';
import { nameStack, type StackNames } from '../spec/naming.ts';
import type { SpecPath } from '../spec/path-text.ts';
import { readProfileDefaults } from '../spec/profile.ts';
import { type ResolvedSpec, readDefaultSettings, type Settings } from '../spec/resolve.ts';
import { hasPath } from '../spec/rules/spec-paths.ts';
import type { SonotheiaConfig } from '../spec/spec-types.ts';
import { ownsLoggingRole } from '../spec/stack-parts.ts';

/** `profile`: the strict profile's default. `derived`: computed by the generator, for example from `auto`. */
type Origin = 'default' | 'profile' | 'shared' | 'environment' | 'region' | 'derived';

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
  /** Names of the stack's resources. */
  readonly names: Partial<StackNames>;
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
      const profile = readProfileDefaults(environment.profile, region.settings as unknown as JsonValue);
      const settings = listLeaves(region.settings as unknown as JsonValue, []).map(
        ([path, value]): TracedSetting => {
          const written = places.find(([, place]) => hasPath(config, [...place, ...path]));
          const isAsWritten =
            written === undefined
              ? equalJson(readAt(defaults, path), value)
              : equalJson(readAt(config, [...written[1], ...path]), value);
          const isProfile = written === undefined && equalJson(readAt(profile, path), value);
          const origin = isAsWritten || Array.isArray(value) ? (written?.[0] ?? 'default') : 'derived';
          return { path: path.join('.'), value, origin: isProfile && !isAsWritten ? 'profile' : origin };
        },
      );
      return {
        environment: environment.name,
        region: region.name,
        settings,
        names: leaveOut(nameStack(environment, region), region.settings),
      };
    }),
  );
}

/** The names without those of disabled parts. */
function leaveOut(names: StackNames, settings: Settings): Partial<StackNames> {
  const { api_gateway: api, monitoring, results, s3, kms, waf } = settings;
  const has: Partial<Record<keyof StackNames, boolean>> = {
    accessLogBucket: s3.access_logs,
    apiLoggingRole: ownsLoggingRole(settings),
    resultsReaderRole: results.reader_accounts.length > 0,
    api: api.enabled,
    apiLogGroup: api.enabled,
    alarmsTopic: monitoring.enabled,
    dashboard: monitoring.enabled && monitoring.dashboard,
    kmsAlias: kms.managed,
    webAcl: waf.enabled && api.enabled,
    wafLogGroup: waf.enabled && api.enabled,
  };
  return Object.fromEntries(
    Object.entries(names).filter(([name]) => has[name as keyof StackNames] !== false),
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
