// What the generated tests expect of the two secrets of a stack.
import type { SecretMode, StackModel, TestedStack } from '../model/stack-model.ts';
import type { View } from '../render/render-template.ts';

interface TestedSecret {
  readonly label: string;
  readonly what: string;
  readonly name: string;
  readonly version: number;
  readonly isManaged: boolean;
  readonly mode: SecretMode;
}

export function expectSecrets(
  environment: string,
  { settings, names }: TestedStack,
  model: StackModel,
): View {
  const { api_key, webhook_secret, recovery_window_days } = settings.secrets;
  const { features, writeOnlySecrets } = model;
  const secrets: readonly TestedSecret[] = [
    {
      label: 'api_key',
      what: 'the API key',
      name: names.apiKeySecret,
      version: api_key.version,
      isManaged: api_key.source === 'managed',
      mode: features.apiKey,
    },
    {
      label: 'webhook',
      what: 'the webhook secret',
      name: names.webhookSecret,
      version: webhook_secret.version,
      isManaged: webhook_secret.source === 'managed',
      mode: features.webhookSecret,
    },
  ];
  return {
    items: secrets.map((secret) => ({
      ...secret,
      ...findAddresses(secret),
      managedCount: secret.isManaged ? 1 : 0,
      lookedUpCount: secret.isManaged ? 0 : 1,
      recoveryDays: recovery_window_days,
      isWriteOnly: writeOnlySecrets,
      message: describeSecret(environment, secret, writeOnlySecrets),
    })),
  };
}

/**
 * The secrets without which the module must refuse to plan. Where all environments manage a secret, the root refuses an
 * empty one by itself; without write-only arguments a precondition does, which needs no test of its own.
 */
export function listSecretRefusals(
  { settings }: TestedStack,
  { features, writeOnlySecrets }: StackModel,
): View[] {
  const { api_key, webhook_secret } = settings.secrets;
  const secrets = [
    { variable: 'sonotheia_api_key', mode: features.apiKey, source: api_key.source },
    { variable: 'webhook_secret', mode: features.webhookSecret, source: webhook_secret.source },
  ];
  return secrets
    .filter(({ mode, source }) => writeOnlySecrets && mode === 'mixed' && source === 'managed')
    .map(({ variable }) => ({ variable }));
}

/** Where Terraform keeps the secret; in some environments managed and in others not, both have a count. */
function findAddresses({ label, isManaged, mode }: TestedSecret): Pick<View, string> {
  const index = mode === 'mixed' ? '[0]' : '';
  return {
    isSwitched: mode === 'mixed',
    address: `${isManaged ? '' : 'data.'}aws_secretsmanager_secret.${label}${index}`,
    versionAddress: `aws_secretsmanager_secret_version.${label}${index}`,
  };
}

function describeSecret(
  environment: string,
  { what, name, isManaged }: TestedSecret,
  writeOnly: boolean,
): string {
  if (!isManaged) return `${environment}: ${what} must be looked up as ${name}.`;
  return `${environment}: ${what} must be made as ${name}${writeOnly ? ', and stay out of the state' : ''}.`;
}
