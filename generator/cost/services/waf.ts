import { WAF_RULE_GROUPS } from '../../spec/firewall-rules.ts';
import { type CostService, count, type Stack, type Usage } from '../service.ts';

/** The rate limit for each address. */
const OWN_RULES = 1;

/** The firewall in front of the API. It logs only blocked requests, which the estimate ignores. */
export const WAF: CostService = { id: 'waf', title: 'WAF', listUsage };

function listUsage({ settings, traffic: { webhooks, healthChecks } }: Stack): readonly Usage[] {
  if (!settings.waf.enabled || !settings.api_gateway.enabled) return [];
  const groups = WAF_RULE_GROUPS.length;
  return [
    {
      id: 'web-acl',
      title: 'Web ACL',
      price: 'waf.web-acls',
      quantity: 1,
      derivation: '1 in front of the API',
      fixed: true,
    },
    {
      id: 'rules',
      title: 'Rules',
      price: 'waf.rules',
      quantity: OWN_RULES + groups,
      derivation: `${OWN_RULES} limit for each address + ${groups} rule groups of AWS`,
      fixed: true,
    },
    {
      id: 'requests',
      title: 'Requests',
      price: 'waf.requests',
      quantity: webhooks + healthChecks,
      derivation: `${count(webhooks)} POST /webhook + ${count(healthChecks)} GET /health`,
    },
  ];
}
