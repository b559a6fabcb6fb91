import { type CostService, count, type Stack, type Usage } from '../service.ts';

const MB_PER_GB = 1024;
/** `GET /health` calls no other service. */
const HEALTH_CHECK_SECONDS = 0.01;

/** Both functions, by request and by duration x memory. Assumes one file an invocation: batches save only requests. */
export const LAMBDA: CostService = { id: 'lambda', title: 'Lambda', listUsage };

function listUsage({ settings, traffic }: Stack): readonly Usage[] {
  const { memory_size, timeout, architecture } = settings.lambda;
  const { webhooks, healthChecks, files } = traffic;
  const memoryGb = memory_size / MB_PER_GB;
  const webhookSeconds = Math.min(settings.traffic.webhook_duration_ms / 1000, timeout);
  const audioSeconds = Math.min(settings.traffic.audio_duration_ms / 1000, timeout);
  const duration = `lambda.gb-seconds.${architecture}`;
  const size = `${count(memoryGb)} GB`;
  const health = healthChecks > 0 ? ` + ${count(healthChecks)} health checks` : '';
  const healthTime =
    healthChecks > 0 ? ` + ${count(healthChecks)} health checks x ${HEALTH_CHECK_SECONDS} s x ${size}` : '';
  return [
    {
      id: 'webhook-requests',
      title: 'Webhook handler, requests',
      price: 'lambda.requests',
      quantity: webhooks + healthChecks,
      derivation: `${count(webhooks)} events${health}`,
    },
    {
      id: 'webhook-duration',
      title: 'Webhook handler, duration',
      price: duration,
      quantity: (webhooks * webhookSeconds + healthChecks * HEALTH_CHECK_SECONDS) * memoryGb,
      derivation: `${count(webhooks)} events x ${count(webhookSeconds)} s x ${size}${healthTime}`,
    },
    {
      id: 'audio-requests',
      title: 'Audio processor, requests',
      price: 'lambda.requests',
      quantity: files,
      derivation: `${count(files)} files, one an invocation`,
    },
    {
      id: 'audio-duration',
      title: 'Audio processor, duration',
      price: duration,
      quantity: files * audioSeconds * memoryGb,
      derivation: `${count(files)} files x ${count(audioSeconds)} s x ${size}`,
    },
  ];
}
