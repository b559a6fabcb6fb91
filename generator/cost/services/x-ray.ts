import { DAYS_PER_MONTH, SECONDS_PER_DAY } from '../monthly-traffic.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';

/** X-Ray's own rule: the first request of each second, and this share of the others. */
const SHARE_OF_OTHERS = 0.05;

/** Traces of both functions, sampled by X-Ray's default rule. */
export const X_RAY: CostService = { id: 'x-ray', title: 'X-Ray', listUsage };

function listUsage({ settings, traffic }: Stack): readonly Usage[] {
  if (!settings.lambda.xray_tracing) return [];
  const requests = traffic.webhooks + traffic.healthChecks + traffic.files;
  const first = Math.min(requests, DAYS_PER_MONTH * SECONDS_PER_DAY);
  return [
    {
      id: 'traces',
      title: 'Traces recorded',
      price: 'x-ray.traces',
      quantity: first + SHARE_OF_OTHERS * (requests - first),
      derivation: `${count(first)} first ones of their second + ${100 * SHARE_OF_OTHERS} % of ${count(requests - first)} others`,
    },
  ];
}
