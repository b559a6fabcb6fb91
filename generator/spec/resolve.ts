// Fills in every default of a spec that fits the schema. Later layers win: the schema's defaults, the profile's, the
// shared settings, the environment's, the region's. Pure.

import { mayShareAccount } from './accounts.ts';
import { type Inheritance, NO_INHERITANCE } from './inheritance.ts';
import { isObject, type JsonObject, type JsonValue, mergeJson } from './json.ts';
import { type Profile, readProfileDefaults } from './profile.ts';
import { type ResolvedState, resolveState } from './resolve-state.ts';
import { type ResolvedWorkflow, resolveWorkflow } from './resolve-workflow.ts';
import type { Runtime } from './runtimes.ts';
import { dereference, readDefaults, schema } from './schema.ts';
import type { Adoption, Region, RegionSettings, SonotheiaConfig, Subscription } from './spec-types.ts';

type Complete<T> = T extends readonly (infer Item)[]
  ? readonly Item[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Complete<Exclude<T[Key], undefined>> }
    : T;

/** All settings of one environment in one region. Keys, units and limits are those of the schema. */
export type Settings = Complete<Omit<RegionSettings, 'subscriptions'>> & {
  readonly subscriptions: readonly Required<Subscription>[];
};

/** The existing resources of one region; null or empty for those that Terraform creates. */
export type ResolvedAdoption = Complete<Adoption>;

export interface ResolvedRegion {
  readonly name: Region;
  readonly settings: Settings;
  /** Null where the environment adopts nothing. */
  readonly adopt: ResolvedAdoption | null;
}

export interface ResolvedEnvironment {
  readonly name: string;
  readonly projectName: string;
  readonly functionPrefix: string;
  readonly tags: { readonly [key: string]: string };
  /** The only account that Terraform accepts; null: any. */
  readonly accountId: string | null;
  /** Null for a local state in the output folder. */
  readonly state: ResolvedState | null;
  /** Whether its data is protected: see docs/environments.md. */
  readonly protected: boolean;
  readonly profile: Profile;
  /** ARNs of the workflow's roles, if the spec names them. */
  readonly planRoleArn: string | null;
  readonly deployRoleArn: string | null;
  /** The first one is the primary region. */
  readonly regions: readonly [ResolvedRegion, ...ResolvedRegion[]];
}

export interface ResolvedSpec {
  /** The spec's default; environments may override it. */
  readonly projectName: string;
  readonly backend: 'local' | 's3';
  /** The constraint as written, for example `>= 1.11`. */
  readonly requiredVersion: string;
  readonly runtime: Runtime;
  readonly sourceMaps: boolean;
  /** Folder of the user's own handlers, relative to the spec. */
  readonly handlers: string | null;
  /** Paths of the user's own Terraform files, relative to the output folder. */
  readonly extraFiles: readonly string[];
  readonly workflow: ResolvedWorkflow;
  readonly environments: readonly [ResolvedEnvironment, ...ResolvedEnvironment[]];
  /** Empty until the lifecycle stage compares the spec with the last generation. */
  readonly inheritance: Inheritance;
}

/** The defaults of a protected environment that differ from the schema's. */
const PROTECTED_DEFAULTS: JsonObject = {
  dynamodb: { deletion_protection: true, point_in_time_recovery: true },
};

/** The settings of an empty spec. */
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
    projectName: config.project_name,
    backend: config.terraform?.backend ?? 'local',
    requiredVersion: config.terraform?.required_version ?? String(readDefaults('terraform').required_version),
    runtime: build.runtime as ResolvedSpec['runtime'],
    sourceMaps: build.source_maps === true,
    handlers: config.build?.handlers ?? null,
    extraFiles: config.terraform?.extra_files ?? [],
    workflow: resolveWorkflow(config),
    environments: [first, ...rest],
    inheritance: NO_INHERITANCE,
  };
}

function resolveEnvironment(config: SonotheiaConfig, name: string): ResolvedEnvironment {
  const environment = config.environments[name];
  if (environment === undefined) throw new Error(`no environment ${name}`);
  const { regions, region_overrides, project_name, function_prefix, tags, profile, ...more } = environment;
  const { account_id, state: _state, adopt, protected: isProtected = false, ...own } = more;
  const { plan_role_arn = null, deploy_role_arn = null, ...settings } = own;
  const ownProfile = profile ?? config.profile ?? 'default';
  const base = mergeJson(readDefaults('defaults'), isProtected ? PROTECTED_DEFAULTS : undefined);
  const explicit = mergeJson((config.defaults ?? {}) as JsonObject, settings as JsonObject);
  const resolved = regions.map((region): ResolvedRegion => {
    const own = mergeJson(explicit, region_overrides?.[region] as JsonValue | undefined);
    const defaults = mergeJson(base, readProfileDefaults(ownProfile, own));
    return {
      name: region,
      settings: completeSettings(mergeJson(defaults, own)),
      adopt: resolveAdoption(adopt?.[region]),
    };
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
    accountId: account_id ?? null,
    state: resolveState(config, environment),
    protected: isProtected,
    profile: ownProfile,
    planRoleArn: plan_role_arn,
    deployRoleArn: deploy_role_arn,
    regions: [primary, ...others],
  };
}

/**
 * Changes `account_role: auto` into `always` for the first environment with an API in each account and region and
 * `never` for the others: there is one such setting, and two owners would overwrite each other on every apply.
 */
function assignAccountRoles(environments: readonly ResolvedEnvironment[]): ResolvedEnvironment[] {
  const owners = new Map<string, (string | null)[]>();
  const assign = (region: ResolvedRegion, accountId: string | null): ResolvedRegion => {
    const { api_gateway } = region.settings;
    if (!api_gateway.enabled || api_gateway.account_role !== 'auto') return region;
    const accounts = owners.get(region.name) ?? [];
    const isOwned = accounts.some((account) => mayShareAccount(account, accountId));
    const account_role = isOwned ? 'never' : 'always';
    if (!isOwned) owners.set(region.name, [...accounts, accountId]);
    return { ...region, settings: { ...region.settings, api_gateway: { ...api_gateway, account_role } } };
  };
  return environments.map((environment) => {
    const [primary, ...others] = environment.regions;
    const assignHere = (region: ResolvedRegion): ResolvedRegion => assign(region, environment.accountId);
    return { ...environment, regions: [assignHere(primary), ...others.map(assignHere)] };
  });
}

function resolveAdoption(adoption: Adoption | undefined): ResolvedAdoption | null {
  if (adoption === undefined) return null;
  return mergeJson(readDefaults('adoption'), adoption as JsonObject) as unknown as ResolvedAdoption;
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

function subscriptionDefaults(): Omit<Required<Subscription>, 'name' | 'protocol' | 'endpoint'> {
  const definitions = isObject(schema.definitions) ? schema.definitions : {};
  const { properties, required } = dereference(definitions.subscription);
  const optional = Object.entries(isObject(properties) ? properties : {}).filter(
    ([key]) => !Array.isArray(required) || !required.includes(key),
  );
  const defaults = optional.map(([key, property]) => [key, dereference(property).default ?? null]);
  return Object.fromEntries(defaults) as ReturnType<typeof subscriptionDefaults>;
}
