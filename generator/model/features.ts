// Which parts of the HCL any environment uses.
import type { ResolvedSpec, Settings } from '../spec/resolve.ts';
import type { Features, SecretMode } from './stack-model.ts';

export function collectSettings(spec: ResolvedSpec): Settings[] {
  return spec.environments.flatMap(({ regions }) => regions.map(({ settings }) => settings));
}

export function decideFeatures(spec: ResolvedSpec): Features {
  const all = collectSettings(spec);
  const any = (uses: (settings: Settings) => boolean): boolean => all.some(uses);
  return {
    apiGateway: any(({ api_gateway }) => api_gateway.enabled),
    apiLoggingRole: any(({ api_gateway }) => api_gateway.enabled && api_gateway.account_role === 'always'),
    monitoring: any(({ monitoring }) => monitoring.enabled),
    alarmEmail: any(({ monitoring }) => monitoring.enabled && monitoring.alarm_email !== null),
    dashboard: any(({ monitoring }) => monitoring.enabled && monitoring.dashboard),
    xray: any(({ lambda }) => lambda.xray_tracing),
    vpc: any(({ vpc }) => vpc.subnet_ids.length > 0),
    kms: any(({ kms_key_arn, kms }) => kms_key_arn !== null || kms.managed),
    givenKms: any(({ kms_key_arn }) => kms_key_arn !== null),
    managedKms: any(({ kms }) => kms.managed),
    ipAllowList: any(({ api_gateway }) => api_gateway.enabled && api_gateway.ip_allow_list.length > 0),
    waf: any(({ api_gateway, waf }) => api_gateway.enabled && waf.enabled),
    wafCount: any(({ waf }) => waf.enabled && waf.managed_rules === 'count'),
    reservedConcurrency: any(({ lambda }) =>
      Object.values(lambda.reserved_concurrency).some((limit) => limit !== null),
    ),
    permissionsBoundary: any(({ iam }) => iam.permissions_boundary !== null),
    rolePath: any(({ iam }) => iam.role_path !== '/'),
    accessLogs: any(({ s3 }) => s3.access_logs),
    strict: spec.environments.some(({ profile }) => profile === 'strict'),
    versioning: any(({ s3 }) => s3.versioning),
    provisioned: any(({ dynamodb }) => dynamodb.billing_mode === 'PROVISIONED'),
    subscriptions: any(({ subscriptions }) => subscriptions.length > 0),
    bucketSuffix: any(({ s3 }) => s3.bucket_suffix !== 'none'),
    bucketName: any(({ s3 }) => s3.bucket_name !== null),
    tableName: any(({ dynamodb }) => dynamodb.table_name !== null),
    tags: spec.environments.some(({ tags }) => Object.keys(tags).length > 0),
    functionPrefix: spec.environments.some(
      ({ functionPrefix }) => functionPrefix !== DEFAULT_FUNCTION_PREFIX,
    ),
    accountId: spec.environments.some(({ accountId }) => accountId !== null),
    apiKey: combineSources(all.map(({ secrets }) => secrets.api_key.source)),
    webhookSecret: combineSources(all.map(({ secrets }) => secrets.webhook_secret.source)),
  };
}

/** The documented system's own prefix. */
export const DEFAULT_FUNCTION_PREFIX = 'sonotheia';

function combineSources(sources: readonly ('managed' | 'existing')[]): SecretMode {
  const [first] = sources;
  return first === undefined || sources.some((source) => source !== first) ? 'mixed' : first;
}
