import { busyShare, DAYS_PER_MONTH, FIVE_MINUTE_WINDOWS, SECONDS_PER_DAY } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';

/** The current and the previous version. */
export const CALLS_PER_FETCH = 2;
const SECONDS_PER_MONTH = DAYS_PER_MONTH * SECONDS_PER_DAY;

/** The managed secrets and the functions' calls; existing secrets are not part of the stack. */
export const SECRETS_MANAGER: CostService = { id: 'secrets-manager', title: 'Secrets Manager', listUsage };

/** Fetches of one function's secret: an instance caches it for five minutes. */
function countSecretFetches(invocations: number, seconds: number): number {
  const instances = Math.max(1, (invocations * seconds) / SECONDS_PER_MONTH);
  return Math.round(FIVE_MINUTE_WINDOWS * busyShare(invocations, FIVE_MINUTE_WINDOWS) * instances);
}

export function countFetches({ settings, traffic }: Stack): {
  readonly webhook: number;
  readonly audio: number;
} {
  const { webhook_duration_ms, audio_duration_ms } = settings.traffic;
  return {
    webhook: countSecretFetches(traffic.webhooks, webhook_duration_ms / 1000),
    audio: countSecretFetches(traffic.files, audio_duration_ms / 1000),
  };
}

function listUsage(stack: Stack): readonly Usage[] {
  const { api_key, webhook_secret } = stack.settings.secrets;
  const managed = [api_key, webhook_secret].filter(({ source }) => source === 'managed').length;
  const { webhook, audio } = countFetches(stack);
  return [
    {
      id: 'secrets',
      title: 'Secrets',
      price: 'secrets-manager.secrets',
      quantity: managed,
      derivation: `${managed} made by Terraform`,
      fixed: true,
    },
    {
      id: 'calls',
      title: 'Calls',
      price: 'secrets-manager.calls',
      quantity: CALLS_PER_FETCH * (webhook + audio),
      derivation: `(${count(webhook)} fetches by the webhook handler + ${count(audio)} by the audio processor, one per instance and busy five minutes) x ${CALLS_PER_FETCH} versions`,
    },
  ];
}
