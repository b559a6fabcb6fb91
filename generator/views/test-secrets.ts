// What the generated tests expect of the two secrets of a stack.
import type { StackModel, TestedStack } from '../model/stack-model.ts';
import type { View } from './view.ts';

interface TestedSecret {
  readonly label: string;
  readonly what: string;
  readonly name: string;
  readonly version: number;
  readonly isManaged: boolean;
  /** In some environments managed and in others not. */
  readonly isSwitched: boolean;
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
      isSwitched: features.managedApiKey && features.givenApiKey,
    },
    {
      label: 'webhook',
      what: 'the webhook secret',
      name: names.webhookSecret,
      version: webhook_secret.version,
      isManaged: webhook_secret.source === 'managed',
      isSwitched: features.managedWebhookSecret && features.givenWebhookSecret,
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
    { variable: 'sonotheia_api_key', isGiven: features.givenApiKey, source: api_key.source },
    { variable: 'webhook_secret', isGiven: features.givenWebhookSecret, source: webhook_secret.source },
  ];
  return secrets
    .filter(({ isGiven, source }) => writeOnlySecrets && isGiven && source === 'managed')
    .map(({ variable }) => ({ variable }));
}

/** Where Terraform keeps the secret; a switched one has a count. */
function findAddresses({ label, isManaged, isSwitched }: TestedSecret): Pick<View, string> {
  const index = isSwitched ? '[0]' : '';
  return {
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
