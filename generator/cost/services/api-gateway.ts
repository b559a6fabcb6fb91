import { type CostService, count, type Stack, type Usage } from '../service.ts';

/** The REST API, by request; its detailed metrics are CloudWatch's, its log is CloudWatch Logs'. */
export const API_GATEWAY: CostService = { id: 'api-gateway', title: 'API Gateway', listUsage };

function listUsage({ traffic: { webhooks, healthChecks } }: Stack): readonly Usage[] {
  return [
    {
      id: 'requests',
      title: 'REST requests',
      price: 'api-gateway.requests',
      quantity: webhooks + healthChecks,
      derivation: `${count(webhooks)} POST /webhook + ${count(healthChecks)} GET /health`,
    },
  ];
}
