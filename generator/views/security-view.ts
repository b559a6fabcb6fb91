// What the module's templates ask about keys, allow-list, firewall, limits and roles.
import type { Features } from '../model/features.ts';
import { COMMON_RULES, WAF_RULE_GROUPS } from '../spec/firewall-rules.ts';
import type { View } from './view.ts';

export function viewSecurity(features: Features): View {
  return {
    ...viewKey(features),
    wafRuleGroups: WAF_RULE_GROUPS.map((name, index) => ({
      name,
      // The limit for each address comes first.
      priority: index + 1,
      isSwitched: features.wafCount,
      hasCountedRules: name === COMMON_RULES,
    })),
  };
}

/** Whether a stack has a key must be known when Terraform plans; a managed key's ARN is not. */
function viewKey({ givenKms, managedKms }: Features): View {
  const managed = { has: 'var.manage_kms_key', arn: 'one(aws_kms_key.stack[*].arn)' };
  const given = { has: 'var.kms_key_arn != null', arn: 'var.kms_key_arn' };
  if (!managedKms) return { hasKeyExpression: given.has, keyExpression: given.arn };
  if (!givenKms) return { hasKeyExpression: managed.has, keyExpression: managed.arn };
  return {
    hasKeyExpression: `${managed.has} || ${given.has}`,
    keyExpression: `${managed.has} ? ${managed.arn} : ${given.arn}`,
  };
}
