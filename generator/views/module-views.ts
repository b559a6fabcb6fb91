// Views of the module's templates: flat and display-ready, one function a template.

import type { Attribute } from '../literals/hcl.ts';
import type { Features, SecretMode, StackModel } from '../model/stack-model.ts';
import type { View } from '../render/render-template.ts';
import { listModuleOutputs } from './outputs.ts';
import { viewSecurity } from './security-view.ts';

/** The switches that most of the module's templates read. */
export function viewFeatures({ features, runtime, sourceMaps }: StackModel): View {
  return {
    runtime,
    hasSourceMaps: sourceMaps,
    hasApiGateway: features.apiGateway,
    hasApiLoggingRole: features.apiLoggingRole,
    hasMonitoring: features.monitoring,
    hasAlarmEmail: features.alarmEmail,
    hasXray: features.xray,
    hasVpc: features.vpc,
    hasKms: features.kms,
    hasVersioning: features.versioning,
    hasProvisioned: features.provisioned,
    hasSubscriptions: features.subscriptions,
    hasBucketSuffix: features.bucketSuffix,
    hasBucketName: features.bucketName,
    hasTableName: features.tableName,
    ...viewSecurity(features),
    alarmsKeyCount: features.kms
      ? 'var.enable_monitoring && !local.has_kms_key ? 1 : 0'
      : 'var.enable_monitoring ? 1 : 0',
  };
}

export function viewModuleOutputs({ features }: StackModel): View {
  return { outputs: listModuleOutputs(features) };
}

export function viewSecrets({ features, writeOnlySecrets }: StackModel): View {
  const secrets = [
    {
      label: 'api_key',
      description: 'Sonotheia API key.',
      defaultName: 'sonotheia-api-key',
      switchName: 'manage_api_key',
      nameVariable: 'api_key_secret_name',
      valueVariable: 'sonotheia_api_key',
      versionVariable: 'api_key_secret_version',
      mode: features.apiKey,
    },
    {
      label: 'webhook',
      description: 'Key with which Sonotheia signs webhooks.',
      defaultName: 'sonotheia-webhook-secret',
      switchName: 'manage_webhook_secret',
      nameVariable: 'webhook_secret_name',
      valueVariable: 'webhook_secret',
      versionVariable: 'webhook_secret_version',
      mode: features.webhookSecret,
    },
  ];
  return {
    secrets: secrets.map((secret) => ({
      ...secret,
      ...describeMode(secret.mode),
      hasKms: features.kms,
      isWriteOnly: writeOnlySecrets,
    })),
    names: secrets.map(
      ({ label, nameVariable, defaultName }): Attribute => ({
        name: `${label}_secret_name`,
        expression: `coalesce(var.${nameVariable}, "${defaultName}-\${var.environment}")`,
      }),
    ),
    arns: secrets.map(
      ({ label, mode }): Attribute => ({
        name: `${label}_secret_arn`,
        expression: findSecretArn(label, mode),
      }),
    ),
  };
}

function describeMode(mode: SecretMode): Pick<View, string> {
  return { isManaged: mode !== 'existing', isLookedUp: mode !== 'managed', isMixed: mode === 'mixed' };
}

function findSecretArn(label: string, mode: SecretMode): string {
  const made = `aws_secretsmanager_secret.${label}`;
  if (mode === 'managed') return `${made}.arn`;
  if (mode === 'existing') return `data.${made}.arn`;
  return `one(concat(${made}[*].arn, data.${made}[*].arn))`;
}

export function viewMoved({ subscriptionMoves }: StackModel): View {
  return { subscriptionMoves };
}

/** Which of the module's optional files a stack has. */
export function listOptionalFiles(features: Features): { readonly [file: string]: boolean } {
  return {
    'api_gateway.tf': features.apiGateway,
    'monitoring.tf': features.monitoring,
    'dashboard.tf': features.dashboard,
    'dynamodb_autoscaling.tf': features.provisioned,
    'kms.tf': features.managedKms,
    'waf.tf': features.waf,
    's3_access_logs.tf': features.accessLogs,
  };
}
