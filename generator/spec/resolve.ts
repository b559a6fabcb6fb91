// Receives a spec that fits the schema and promises a spec in which nothing is optional: defaults, then the
// profile's, then the shared settings, the environment's, the region's. Pure.

import { isObject, type JsonObject, type JsonValue, mergeJson } from './json.ts';
import { type Profile, readProfileDefaults } from './profile.ts';
import { dereference, readDefaults, schema } from './schema.ts';
import type { Region, RegionSettings, SonotheiaConfig, Subscription } from './spec-types.ts';

type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Item[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Complete<Exclude<T[Key], undefined>> }
    : T;

/** All settings of one environment in one region. Keys, units and limits are those of the schema. */
export type Settings = Complete<Omit<RegionSettings, 'subscriptions'>> & {
  readonly subscriptions: readonly Required<Subscription>[];
};

export interface ResolvedRegion {
  readonly name: Region;
  readonly settings: Settings;
}

export interface ResolvedEnvironment {
  readonly name: string;
  readonly projectName: string;
  readonly functionPrefix: string;
  readonly tags: { readonly [key: string]: string };
  readonly profile: Profile;
  /** The first one is the primary region. */
  readonly regions: readonly [ResolvedRegion, ...ResolvedRegion[]];
}

export interface ResolvedSpec {
  /** The constraint as written, for example `>= 1.11`. */
  readonly requiredVersion: string;
  readonly runtime: 'nodejs22.x' | 'nodejs24.x';
  readonly sourceMaps: boolean;
  readonly environments: readonly [ResolvedEnvironment, ...ResolvedEnvironment[]];
}

/** The settings of a spec that sets none. */
export function readDefaultSettings(): Settings {
  return readDefaults('defaults') as unknown as Settings;
}

/** Fills in every default. `config` must fit the schema and is not changed. */
export function resolveSpec(config: SonotheiaConfig): ResolvedSpec {
  const environments = assignAccountRoles(
    Object.keys(config.environments).map((name) => resolveEnvironment(config, name)),
  );
  const [first, ...rest] = environments;
  if (first === undefined) throw new Error('a spec that fits the schema has an environment');
  const build = { ...readDefaults('build'), ...config.build };
  return {
    requiredVersion: config.terraform?.required_version ?? String(readDefaults('terraform').required_version),
    runtime: build.runtime as ResolvedSpec['runtime'],
    sourceMaps: build.source_maps === true,
    environments: [first, ...rest],
  };
}

function resolveEnvironment(config: SonotheiaConfig, name: string): ResolvedEnvironment {
  const environment = config.environments[name];
  if (environment === undefined) throw new Error(`no environment ${name}`);
  const { regions, region_overrides, project_name, function_prefix, tags, profile, ...settings } =
    environment;
  const ownProfile = profile ?? config.profile ?? 'default';
  const explicit = mergeJson((config.defaults ?? {}) as JsonObject, settings as JsonObject);
  const resolved = regions.map((region): ResolvedRegion => {
    const own = mergeJson(explicit, region_overrides?.[region] as JsonValue | undefined);
    const defaults = mergeJson(readDefaults('defaults'), readProfileDefaults(ownProfile, own));
    return { name: region, settings: completeSettings(mergeJson(defaults, own)) };
  });
  const [primary, ...others] = resolved;
  if (primary === undefined) throw new Error(`the environment ${name} has no region`);
  return {
    name,
    projectName: project_name ?? config.project_name,
    functionPrefix:
      function_prefix ??
      config.function_prefix ??
      String(dereference({ $ref: '#/definitions/function_prefix' }).default),
    tags: { ...config.tags, ...tags },
    profile: ownProfile,
    regions: [primary, ...others],
  };
}

/**
 * Turns `account_role: auto` into `always` for the first environment with an API in each region and `never` for
 * the others: the setting exists once per account and region, so two owners would overwrite each other for ever.
 */
function assignAccountRoles(environments: readonly ResolvedEnvironment[]): ResolvedEnvironment[] {
  const owned = new Set<string>();
  const assign = (region: ResolvedRegion): ResolvedRegion => {
    const { api_gateway } = region.settings;
    if (!api_gateway.enabled || api_gateway.account_role !== 'auto') return region;
    const account_role = owned.has(region.name) ? 'never' : 'always';
    owned.add(region.name);
    return { ...region, settings: { ...region.settings, api_gateway: { ...api_gateway, account_role } } };
  };
  return environments.map((environment) => {
    const [primary, ...others] = environment.regions;
    return { ...environment, regions: [assign(primary), ...others.map(assign)] };
  });
}

function completeSettings(merged: JsonValue): Settings {
  const settings = merged as unknown as Settings;
  return {
    ...settings,
    subscriptions: settings.subscriptions.map((subscription) => ({
      ...subscriptionDefaults(),
      ...subscription,
    })),
  };
}

function subscriptionDefaults(): Pick<Required<Subscription>, 'event_types' | 'minimum_score'> {
  const definitions = isObject(schema.definitions) ? schema.definitions : {};
  const { properties } = dereference(definitions.subscription);
  const defaultOf = (key: string): JsonValue =>
    dereference(isObject(properties) ? properties[key] : undefined).default ?? null;
  return { event_types: defaultOf('event_types') as [], minimum_score: defaultOf('minimum_score') as null };
}
