// Reads the two secrets of a stack from Secrets Manager, as the functions do. Values are never printed.
import {
  DescribeSecretCommand,
  type DescribeSecretResponse,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { readSecretText } from '../../handlers/shared/adapters/secrets-manager-source.ts';
import type { AwsAccess } from './aws-access.ts';
import type { Stack } from './open-spec.ts';

export interface SecretKind {
  /** Its key under `secrets` in the spec, and its field where the secret is a JSON object. */
  readonly key: 'api_key' | 'webhook_secret';
  readonly title: string;
  /** Terraform's variable; `TF_VAR_<variable>` gives its value. */
  readonly variable: string;
  /** Label of its resource in the HCL. */
  readonly label: string;
}

export const SECRET_KINDS: readonly SecretKind[] = [
  { key: 'api_key', title: 'API key', variable: 'sonotheia_api_key', label: 'api_key' },
  { key: 'webhook_secret', title: 'webhook secret', variable: 'webhook_secret', label: 'webhook' },
];

export interface SecretVersion {
  readonly id: string;
  /** The value that the functions use; empty if they would find none. */
  readonly value: string;
  /** The stored text: the value, or a JSON object that contains it. */
  readonly text: string;
  readonly createdAt: Date | undefined;
}

export type StoredSecret =
  | { readonly state: 'missing' }
  /** Scheduled for deletion; its name is taken until then. */
  | { readonly state: 'deleted'; readonly deletedAt: Date }
  /** Exists, but has no value. */
  | { readonly state: 'empty' }
  | {
      readonly state: 'present';
      readonly current: SecretVersion;
      /** AWSPREVIOUS, which the functions accept too. */
      readonly previous: SecretVersion | undefined;
    };

/** Returns the secret's name in Secrets Manager. */
export function nameSecret({ names }: Stack, { key }: SecretKind): string {
  return key === 'api_key' ? names.apiKeySecret : names.webhookSecret;
}

/** Whether Terraform creates the secret from `TF_VAR_…`; otherwise it looks up an existing one. */
export function isManaged({ region }: Stack, { key }: SecretKind): boolean {
  return region.settings.secrets[key].source === 'managed';
}

/** Reads one secret of a stack: both versions that the functions accept. */
export async function readSecret(aws: AwsAccess, stack: Stack, kind: SecretKind): Promise<StoredSecret> {
  const client = aws.client(SecretsManagerClient, stack.region.name);
  const SecretId = nameSecret(stack, kind);
  const secret = await describeSecret(client, SecretId);
  if (secret === undefined) return { state: 'missing' };
  if (secret.DeletedDate !== undefined) return { state: 'deleted', deletedAt: secret.DeletedDate };
  const stages = Object.values(secret.VersionIdsToStages ?? {}).flat();
  if (!stages.includes('AWSCURRENT')) return { state: 'empty' };
  const read = async (stage: string): Promise<SecretVersion> => {
    const {
      VersionId = '',
      SecretString = '',
      CreatedDate,
    } = await client.send(new GetSecretValueCommand({ SecretId, VersionStage: stage }));
    const value = readSecretText(SecretString, kind.key);
    return { id: VersionId, value, text: SecretString, createdAt: CreatedDate };
  };
  return {
    state: 'present',
    current: await read('AWSCURRENT'),
    previous: stages.includes('AWSPREVIOUS') ? await read('AWSPREVIOUS') : undefined,
  };
}

/** Undefined if there is no such secret. */
export async function describeSecret(
  client: SecretsManagerClient,
  SecretId: string,
): Promise<DescribeSecretResponse | undefined> {
  try {
    return await client.send(new DescribeSecretCommand({ SecretId }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
