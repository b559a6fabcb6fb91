// The fixed rules of the firewall in front of the API.
/** AWS's rule groups, in the order in which they run. */
export const WAF_RULE_GROUPS = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];
