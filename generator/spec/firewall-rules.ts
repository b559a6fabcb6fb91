// The rules of the firewall in front of the API, which no setting changes.
/** AWS's rule groups, in the order in which they run. */
export const WAF_RULE_GROUPS = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];
