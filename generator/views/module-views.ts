// The view of the module's templates: flat and display-ready.

import type { Attribute } from '../literals/hcl.ts';
import type { Features } from '../model/features.ts';
import type { StackModel } from '../model/stack-model.ts';
import { WAF_RULE_GROUPS } from '../spec/firewall-rules.ts';
import { MAX_ENVIRONMENT_BYTES } from '../spec/function-environment.ts';
import { listModuleOutputs } from './outputs.ts';
import type { View } from './view.ts';

/** One view for all templates of the module; `has` says by name whether a feature is used. */
export function viewModule({
  features,
  runtime,
  sourceMaps,
  writeOnlySecrets,
  subscriptionMoves,
}: StackModel): View {
  return {
    has: features,
    runtime,
    hasSourceMaps: sourceMaps,
    isWriteOnly: writeOnlySecrets,
    ...viewSecrets(features),
    wafRuleGroups: WAF_RULE_GROUPS,
    environmentBytes: MAX_ENVIRONMENT_BYTES,
    outputs: listModuleOutputs(features),
    subscriptionMoves,
  };
}

export interface Secret {
  readonly label: string;
  readonly description: string;
  readonly defaultName: string;
  /** Names of variables. */
  readonly switchName: string;
  readonly nameVariable: string;
  readonly valueVariable: string;
  readonly versionVariable: string;
  readonly isManaged: boolean;
  /** Only read by Terraform. */
  readonly isGiven: boolean;
  /** Managed in some environments and only read in others. */
  readonly isSwitched: boolean;
  readonly address: string;
  /** The function that reads it: the label of its role and policy. */
  readonly reader: string;
}

export function listSecrets(features: Features): Secret[] {
  const secrets = [
    {
      label: 'api_key',
      reader: 'audio_processor',
      description: 'Sonotheia API key.',
      defaultName: 'sonotheia-api-key',
      switchName: 'manage_api_key',
      nameVariable: 'api_key_secret_name',
      valueVariable: 'sonotheia_api_key',
      versionVariable: 'api_key_secret_version',
      isManaged: features.managedApiKey,
      isGiven: features.givenApiKey,
    },
    {
      label: 'webhook',
      reader: 'webhook_handler',
      description: 'Key with which Sonotheia signs webhooks.',
      defaultName: 'sonotheia-webhook-secret',
      switchName: 'manage_webhook_secret',
      nameVariable: 'webhook_secret_name',
      valueVariable: 'webhook_secret',
      versionVariable: 'webhook_secret_version',
      isManaged: features.managedWebhookSecret,
      isGiven: features.givenWebhookSecret,
    },
  ];
  return secrets.map((secret) => {
    const isSwitched = secret.isManaged && secret.isGiven;
    const address = `aws_secretsmanager_secret.${secret.label}${isSwitched ? '[0]' : ''}`;
    return { ...secret, isSwitched, address };
  });
}

function viewSecrets(features: Features): View {
  const secrets = listSecrets(features);
  return {
    managedSecrets: secrets.filter(({ isManaged }) => isManaged),
    givenSecrets: secrets.filter(({ isGiven }) => isGiven),
    secretNames: secrets.map(
      ({ label, nameVariable, defaultName }): Attribute => ({
        name: `${label}_secret_name`,
        expression: `coalesce(var.${nameVariable}, "${defaultName}-\${var.environment}")`,
      }),
    ),
    secretArns: secrets.map(
      (secret): Attribute => ({ name: `${secret.label}_secret_arn`, expression: findSecretArn(secret) }),
    ),
  };
}

function findSecretArn({ label, isManaged, isGiven }: Secret): string {
  const made = `aws_secretsmanager_secret.${label}`;
  if (!isGiven) return `${made}.arn`;
  if (!isManaged) return `data.${made}.arn`;
  return `one(concat(${made}[*].arn, data.${made}[*].arn))`;
}
