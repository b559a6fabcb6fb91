import { type Env, EnvReader } from '../shared/env.ts';
import { readSharedConfig, type SharedConfig } from '../shared/shared-config.ts';

export interface WebhookConfig extends SharedConfig {
  readonly webhookSecretId: string;
}

/** @throws ConfigError naming every variable that is missing or malformed */
export function parseConfig(variables: Env): WebhookConfig {
  const env = new EnvReader(variables);
  const config = { ...readSharedConfig(env), webhookSecretId: env.text('WEBHOOK_SECRET_ID') };
  env.finish();
  return config;
}
