import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretSource } from '../ports.ts';

export interface SecretsManagerSourceOptions {
  readonly client: SecretsManagerClient;
  /** Name or ARN. */
  readonly secretId: string;
  /** Member that holds the value when the secret is a JSON object. */
  readonly jsonField: string;
}

/** Reads the current and the previous version, so that requests signed before a rotation stay valid. */
export class SecretsManagerSource implements SecretSource {
  readonly #options: SecretsManagerSourceOptions;

  constructor(options: SecretsManagerSourceOptions) {
    this.#options = options;
  }

  async fetchVersions(signal: AbortSignal): Promise<readonly string[]> {
    const versions = await Promise.all([
      this.#fetch('AWSCURRENT', signal),
      this.#fetch('AWSPREVIOUS', signal),
    ]);
    return versions.filter((version) => version !== '');
  }

  async #fetch(stage: 'AWSCURRENT' | 'AWSPREVIOUS', signal: AbortSignal): Promise<string> {
    const { client, secretId, jsonField } = this.#options;
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
    try {
      const { SecretString } = await client.send(command, { abortSignal: signal });
      return readSecretText(SecretString ?? '', jsonField);
    } catch (error) {
      // A secret that was never rotated has no previous version.
      if (error instanceof ResourceNotFoundException) return '';
      throw error;
    }
  }
}

/**
 * Reads a secret that is a plain string, or a JSON object with the value in `jsonField`. Returns '' (no secret) for an
 * object without that member: its JSON text would be a guessable key.
 */
export function readSecretText(secretText: string, jsonField: string): string {
  const text = secretText.trim();
  if (!text.startsWith('{')) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    const value = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, jsonField) : undefined;
    return typeof value === 'string' ? value.trim() : '';
  } catch {
    return text;
  }
}
