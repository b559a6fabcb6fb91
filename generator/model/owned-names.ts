// The AWS names of an environment's resources. Pure.

import { compareText } from '../diagnostics/diagnostic.ts';
import { ACCOUNT_ID_PLACEHOLDER } from '../lifecycle/stack-record.ts';
import type { StackEntry } from '../spec/inheritance.ts';
import type { JsonObject } from '../spec/json.ts';
import { nameStack, type StackNames } from '../spec/naming.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec, Settings } from '../spec/resolve.ts';
import { keepsDeadLetters, listDeliveryRoles } from '../spec/result-subscribers.ts';
import { hasAlarmsKey, ownsLoggingRole } from '../spec/stack-parts.ts';
import type { Features } from './features.ts';

/** Placeholder for the account id, which Terraform fills in. No AWS name in this file has upper-case letters. */
export const ACCOUNT_PLACEHOLDER = 'ACCOUNT_ID';

interface OwnedStack {
  readonly region: string;
  readonly names: StackNames;
  readonly settings: Settings;
}

/**
 * The names of an environment's resources by kind, each list sorted; kinds that no environment has are left out.
 * Includes retiring regions in which the environment may still have a stack.
 */
export function collectOwnedNames(
  spec: ResolvedSpec,
  environment: ResolvedEnvironment,
  features: Features,
): JsonObject {
  const stacks = listStacks(spec, environment);
  const collect = (list: (stack: OwnedStack) => readonly string[]): string[] => [
    ...new Set(stacks.flatMap(list).sort(compareText)),
  ];
  return {
    regions: collect(({ region }) => [region]),
    ...collectStores(collect, features),
    ...collectMessaging(collect, features),
    ...collectCompute(collect, features),
    ...collectKeys(collect, features),
    ...collectDomains(collect, features),
    ...(features.layers ? { layers: collect(({ settings }) => settings.lambda.layers) } : {}),
    ...(features.permissionsBoundary ? { boundaries: collectBoundaries(stacks) } : {}),
  };
}

type Collect = (list: (stack: OwnedStack) => readonly string[]) => string[];

function collectStores(collect: Collect, features: Features): JsonObject {
  const isManaged = (settings: Settings, secret: 'api_key' | 'webhook_secret'): boolean =>
    settings.secrets[secret].source === 'managed';
  const listSecrets = ({ names, settings }: OwnedStack, managed: boolean): string[] => [
    ...(isManaged(settings, 'api_key') === managed ? [names.apiKeySecret] : []),
    ...(isManaged(settings, 'webhook_secret') === managed ? [names.webhookSecret] : []),
  ];
  return {
    buckets: collect(({ names, settings }) => [
      names.bucket,
      ...(settings.s3.access_logs ? [names.accessLogBucket] : []),
    ]),
    tables: collect(({ names }) => [names.table]),
    ...(features.managedSecrets ? { secrets: collect((stack) => listSecrets(stack, true)) } : {}),
    ...(features.givenSecrets ? { given_secrets: collect((stack) => listSecrets(stack, false)) } : {}),
  };
}

function collectMessaging(collect: Collect, { monitoring, dashboard, deliveryRoles }: Features): JsonObject {
  return {
    queues: collect(({ names, settings }) => [
      names.queue,
      names.deadLetterQueue,
      names.webhookDeadLetterQueue,
      ...(keepsDeadLetters(settings) ? [names.resultsDeadLetterQueue] : []),
    ]),
    ...(deliveryRoles ? { delivery_roles: collect(({ settings }) => listDeliveryRoles(settings)) } : {}),
    topics: collect(({ names, settings }) => [
      names.resultsTopic,
      ...(settings.monitoring.enabled ? [names.alarmsTopic] : []),
    ]),
    // Alarm names begin with the API's name: project and environment.
    ...(monitoring
      ? {
          alarms: collect(({ names, settings }) => (settings.monitoring.enabled ? [`${names.api}-*`] : [])),
        }
      : {}),
    ...(dashboard
      ? {
          dashboards: collect(
            ({
              names,
              settings: {
                monitoring: { enabled, dashboard: shown },
              },
            }) => (enabled && shown ? [names.dashboard] : []),
          ),
        }
      : {}),
  };
}

function collectCompute(collect: Collect, { apiGateway, waf }: Features): JsonObject {
  return {
    functions: collect(({ names }) => [names.webhookFunction, names.audioFunction]),
    roles: collect(listRoles),
    log_groups: collect(({ names, settings }) => [
      `/aws/lambda/${names.webhookFunction}`,
      `/aws/lambda/${names.audioFunction}`,
      // The name of API Gateway's own log group contains the API's id, which is unknown before the apply.
      ...(settings.api_gateway.enabled
        ? [names.apiLogGroup, `API-Gateway-Execution-Logs_*/${settings.api_gateway.stage_name}`]
        : []),
      ...(hasFirewall(settings) ? [names.wafLogGroup] : []),
    ]),
    ...(apiGateway
      ? { api_regions: collect(({ region, settings }) => (settings.api_gateway.enabled ? [region] : [])) }
      : {}),
    ...(waf
      ? { web_acls: collect(({ names, settings }) => (hasFirewall(settings) ? [names.webAcl] : [])) }
      : {}),
  };
}

/** Custom domains by region, and the zones that hold their records. */
function collectDomains(collect: Collect, { apiDomain, domainZone }: Features): JsonObject {
  const listNames = ({ settings }: OwnedStack): string[] =>
    settings.api_gateway.enabled ? [settings.api_gateway.domain.name ?? []].flat() : [];
  return {
    ...(apiDomain
      ? {
          domains: collect((stack) =>
            listNames(stack).map((name) => `${stack.region}::/domainnames/${name}`),
          ),
        }
      : {}),
    ...(domainZone
      ? {
          domain_names: collect(listNames),
          domain_zones: collect((stack) =>
            listNames(stack).flatMap(() => stack.settings.api_gateway.domain.hosted_zone_id ?? []),
          ),
        }
      : {}),
  };
}

function hasFirewall({ api_gateway, waf }: Settings): boolean {
  return api_gateway.enabled && waf.enabled;
}

function listRoles({ names, settings }: OwnedStack): string[] {
  const { iam, results } = settings;
  const { webhookRole, audioRole, apiLoggingRole, resultsReaderRole } = names;
  // A path begins and ends with a slash; the ARN already has the first one.
  return [
    webhookRole,
    audioRole,
    ...(ownsLoggingRole(settings) ? [apiLoggingRole] : []),
    ...(results.reader_accounts.length > 0 ? [resultsReaderRole] : []),
  ].map((role) => `${iam.role_path.slice(1)}${role}`);
}

function makesKey(settings: Settings): boolean {
  return settings.kms.managed || hasAlarmsKey(settings);
}

function collectKeys(collect: Collect, { alarmsKey, managedKms, givenKms }: Features): JsonObject {
  return {
    ...(alarmsKey || managedKms
      ? { key_regions: collect(({ region, settings }) => (makesKey(settings) ? [region] : [])) }
      : {}),
    ...(managedKms
      ? { key_aliases: collect(({ names, settings }) => (settings.kms.managed ? [names.kmsAlias] : [])) }
      : {}),
    ...(givenKms
      ? { given_keys: collect(({ settings: { kms_key_arn: arn } }) => (arn === null ? [] : [arn])) }
      : {}),
  };
}

function collectBoundaries(stacks: readonly OwnedStack[]): JsonObject[] {
  const policies = [
    ...new Set(stacks.flatMap(({ settings: { iam } }) => iam.permissions_boundary ?? []).sort(compareText)),
  ];
  return policies.map((policy) => ({
    policy,
    roles: [
      ...new Set(
        stacks.filter(({ settings: { iam } }) => iam.permissions_boundary === policy).flatMap(listRoles),
      ),
    ].sort(compareText),
  }));
}

function listStacks(spec: ResolvedSpec, environment: ResolvedEnvironment): OwnedStack[] {
  const [primary] = environment.regions;
  const here = environment.regions.map((region) => describe(environment, region));
  const retiring = spec.inheritance.retiring
    .filter(({ environments }) => environments.includes(environment.name))
    // The settings of a removed region are unknown; uses those of the primary region.
    .map(({ name, stacks }) => rename(describe(environment, { ...primary, name }), stacks[environment.name]));
  return [...here, ...retiring];
}

function describe(environment: ResolvedEnvironment, region: ResolvedRegion): OwnedStack {
  const { settings } = region;
  const names = nameStack(environment, region);
  // An explicit name may also end in a number.
  const isNumbered = settings.s3.bucket_suffix === 'account-id' && settings.s3.bucket_name === null;
  const number = (bucket: string): string =>
    isNumbered ? bucket.replace(/\d{12}(?=$|-logs$)/, ACCOUNT_PLACEHOLDER) : bucket;
  return {
    region: region.name,
    settings,
    names: { ...names, bucket: number(names.bucket), accessLogBucket: number(names.accessLogBucket) },
  };
}

/** Uses the names of the last generation's record. */
function rename(stack: OwnedStack, entry: StackEntry | undefined): OwnedStack {
  if (entry === undefined) return stack;
  const number = (bucket: string): string => bucket.replace(ACCOUNT_ID_PLACEHOLDER, ACCOUNT_PLACEHOLDER);
  const { names, settings } = stack;
  return {
    ...stack,
    settings: { ...settings, s3: { ...settings.s3, access_logs: entry.access_logs !== undefined } },
    names: {
      ...names,
      bucket: number(entry.bucket),
      accessLogBucket: number(entry.access_logs ?? names.accessLogBucket),
      table: entry.table,
      apiKeySecret: entry.secrets.api_key ?? names.apiKeySecret,
      webhookSecret: entry.secrets.webhook ?? names.webhookSecret,
    },
  };
}
