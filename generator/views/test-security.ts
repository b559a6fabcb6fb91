// What the generated tests expect of the parts that guard a stack: its key, address list, firewall and access logs.
// Each is null where no environment has that part: the HCL does not know it then.

import { renderLiteral } from '../literals/hcl.ts';
import type { Features } from '../model/features.ts';
import { MOCK_API_ID, MOCK_ARNS } from '../model/mock-arns.ts';
import type { TestedStack } from '../model/stack-model.ts';
import { ACCOUNT_ID_EXAMPLE } from '../spec/naming.ts';
import { refusePlainText, showPolicies } from './test-policies.ts';
import type { View } from './view.ts';

const FROM_ACCOUNT = `aws:SourceAccount StringEquals ${ACCOUNT_ID_EXAMPLE}`;
/** In the order in which they must run. */
const FIREWALL_RULES = [
  'rate-limit',
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];

/** The key that the module makes. */
export function expectKey(
  environment: string,
  { settings, names }: TestedStack,
  features: Features,
): View | null {
  if (!features.managedKms) return null;
  const { managed, deletion_window_days } = settings.kms;
  return {
    isOn: managed,
    deletionDays: deletion_window_days,
    alias: names.kmsAlias,
    message: managed
      ? `${environment}: the stack's key must rotate, have its alias and wait ${deletion_window_days} days before it is gone.`
      : `${environment}: there must be no key of the stack's own.`,
  };
}

/** The firewall in front of the API. */
export function expectFirewall(environment: string, stack: TestedStack, features: Features): View | null {
  if (!features.waf) return null;
  const { waf } = stack.settings;
  const isOn = hasFirewall(stack);
  const action = waf.managed_rules === 'count' ? 'count' : 'none';
  return {
    isOn,
    name: stack.names.webAcl,
    logGroup: stack.names.wafLogGroup,
    rules: FIREWALL_RULES.map((name, priority) => ({
      name: renderLiteral(name),
      expression: String(priority),
    })),
    rateLimit: waf.rate_limit_per_5_minutes,
    action,
    countedRules: waf.counted_rules,
    message: isOn
      ? `${environment}: the firewall must stand before the API, with these rules in this order, and keep signatures out of its log.`
      : `${environment}: there must be no firewall.`,
  };
}

/** The bucket for S3's access logs. */
export function expectAccessLogs(
  environment: string,
  { settings, names }: TestedStack,
  features: Features,
): View | null {
  if (!features.accessLogs) return null;
  const { s3, logs } = settings;
  return {
    isOn: s3.access_logs,
    name: names.accessLogBucket,
    retentionDays: logs.retention_days,
    message: s3.access_logs
      ? `${environment}: who asks for audio must be logged for ${logs.retention_days} days, in a private bucket.`
      : `${environment}: there must be no bucket for access logs.`,
  };
}

/** Who may use the key: the account, and services on behalf of this stack. */
export function expectKeyPolicy(environment: string, stack: TestedStack): View | null {
  const { settings, names, region } = stack;
  if (!settings.kms.managed) return null;
  const announce = 'kms:Decrypt, kms:GenerateDataKey*';
  const alarms = `arn:aws:cloudwatch:${region}:${ACCOUNT_ID_EXAMPLE}:alarm:${names.api}-*`;
  const statements = [
    `Allow AccountDecides: kms:* on * for arn:aws:iam::${ACCOUNT_ID_EXAMPLE}:root if asked`,
    `Allow LogsEncrypt: kms:Decrypt*, kms:Describe*, kms:Encrypt*, kms:GenerateDataKey*, kms:ReEncrypt* on * for logs.${region}.amazonaws.com if kms:EncryptionContext:aws:logs:arn ArnEquals ${listLogGroups(stack).join(', ')}`,
    `Allow AudioBucketAnnounces: ${announce} on * for s3.amazonaws.com if ${FROM_ACCOUNT} and aws:SourceArn ArnEquals arn:aws:s3:::${names.bucket}`,
    ...(settings.monitoring.enabled
      ? [
          `Allow AlarmsPublish: ${announce} on * for cloudwatch.amazonaws.com if ${FROM_ACCOUNT} and aws:SourceArn ArnLike ${alarms}`,
        ]
      : []),
  ];
  return {
    ...showPolicies([
      {
        name: 'key',
        address: 'data.aws_iam_policy_document.key[0]',
        policy: 'aws_kms_key.stack[0].policy',
        statements,
      },
    ]),
    message: `${environment}: the stack's key must serve this stack alone, by way of the services listed here.`,
    attachedMessage: `${environment}: the stack's key must have its policy.`,
  };
}

function listLogGroups(stack: TestedStack): string[] {
  const { names, region, settings } = stack;
  const { enabled, stage_name } = settings.api_gateway;
  const groups = [
    `/aws/lambda/${names.webhookFunction}`,
    `/aws/lambda/${names.audioFunction}`,
    ...(enabled ? [names.apiLogGroup, `API-Gateway-Execution-Logs_${MOCK_API_ID}/${stage_name}`] : []),
    ...(hasFirewall(stack) ? [names.wafLogGroup] : []),
  ];
  return groups.map((name) => `arn:aws:logs:${region}:${ACCOUNT_ID_EXAMPLE}:log-group:${name}`);
}

/** The addresses that may call the API. */
export function expectAllowList(
  environment: string,
  { settings }: TestedStack,
  features: Features,
): View | null {
  const { enabled, ip_allow_list } = settings.api_gateway;
  if (!features.ipAllowList || !enabled) return null;
  const isLimited = ip_allow_list.length > 0;
  const addresses = (isLimited ? ip_allow_list : ['0.0.0.0/0', '::/0']).join(', ');
  const requests = `execute-api:Invoke on arn:aws:execute-api:us-east-1:${ACCOUNT_ID_EXAMPLE}:${MOCK_API_ID}/* for *`;
  return {
    ...showPolicies([
      {
        name: 'api',
        address: 'data.aws_iam_policy_document.api_access[0]',
        policy: 'aws_api_gateway_rest_api_policy.webhook[0].policy',
        statements: [
          `Allow ListedAddresses: ${requests} if aws:SourceIp IpAddress ${addresses}`,
          `Deny NobodyElse: ${requests} if aws:SourceIp NotIpAddress ${addresses}`,
        ],
      },
    ]),
    message: `${environment}: the API must take requests from ${isLimited ? 'the listed addresses alone' : 'everywhere'}.`,
    attachedMessage: `${environment}: the API must have the policy with its addresses.`,
  };
}

/** Who may write the firewall's log. */
export function expectFirewallPolicy(environment: string, stack: TestedStack): View | null {
  if (!hasFirewall(stack)) return null;
  const group = MOCK_ARNS['aws_cloudwatch_log_group.waf'];
  const logs = `arn:aws:logs:${stack.region}:${ACCOUNT_ID_EXAMPLE}:*`;
  return {
    ...showPolicies([
      {
        name: 'firewall_log',
        address: 'data.aws_iam_policy_document.waf_logs[0]',
        policy: 'aws_cloudwatch_log_resource_policy.waf[0].policy_document',
        statements: [
          `Allow FirewallWritesLogs: logs:CreateLogStream, logs:PutLogEvents on ${group}:* for delivery.logs.amazonaws.com if ${FROM_ACCOUNT} and aws:SourceArn ArnLike ${logs}`,
        ],
      },
    ]),
    message: `${environment}: only the firewall may write its log.`,
    attachedMessage: `${environment}: the firewall's log must have its policy.`,
  };
}

/** Who may write access logs. */
export function expectAccessLogPolicy(environment: string, { settings }: TestedStack): View | null {
  if (!settings.s3.access_logs) return null;
  const bucket = MOCK_ARNS['aws_s3_bucket.access_logs'];
  const fromBucket = `${FROM_ACCOUNT} and aws:SourceArn ArnEquals ${MOCK_ARNS['aws_s3_bucket.audio']}`;
  return {
    ...showPolicies([
      {
        name: 'access_logs',
        address: 'data.aws_iam_policy_document.access_logs_bucket[0]',
        policy: 'aws_s3_bucket_policy.access_logs[0].policy',
        statements: [
          `Allow AudioBucketWrites: s3:PutObject on ${bucket}/audio/* for logging.s3.amazonaws.com if ${fromBucket}`,
          refusePlainText('s3:*', `${bucket}, ${bucket}/*`),
        ],
      },
    ]),
    message: `${environment}: only S3 may write access logs, and only over TLS.`,
    attachedMessage: `${environment}: the bucket for access logs must have its policy.`,
  };
}

/** Without an API there is nothing that a firewall could stand before. */
function hasFirewall({ settings }: TestedStack): boolean {
  return settings.waf.enabled && settings.api_gateway.enabled;
}
