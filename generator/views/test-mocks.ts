// View of the made-up AWS that the generated tests run against.

import { renderLiteral } from '../literals/hcl.ts';
import type { Features } from '../model/features.ts';
import { MOCK_ARNS, MOCK_TYPE_ARNS } from '../model/mock-arns.ts';
import type { StackModel } from '../model/stack-model.ts';
import { ACCOUNT_ID_EXAMPLE } from '../spec/naming.ts';
import type { View } from './view.ts';

const SECRET = 'aws_secretsmanager_secret.';

export function viewMocks({ features }: StackModel): View {
  const { apiGateway, monitoring, managedKms, waf, accessLogs } = features;
  const isThere = (target: string): boolean => !absent.includes(target);
  const absent = [
    ...(monitoring ? [] : ['aws_sns_topic.alarms']),
    ...(managedKms ? [] : ['aws_kms_key.stack']),
    ...(accessLogs ? [] : ['aws_s3_bucket.access_logs']),
    ...(waf ? [] : ['aws_cloudwatch_log_group.waf', 'aws_wafv2_web_acl.api']),
  ];
  const arns = Object.entries(MOCK_ARNS).map(([target, arn]) => ({ target, arn }));
  const secrets = arns.filter(({ target }) => target.startsWith(SECRET));
  const isApiKey = (target: string): boolean => target === `${SECRET}api_key`;
  const types = MOCK_TYPE_ARNS.filter(
    ({ type }) =>
      (type !== 'aws_api_gateway_rest_api' || apiGateway) &&
      (!['aws_api_gateway_stage', 'aws_wafv2_web_acl'].includes(type) || waf) &&
      (type !== 'aws_kms_key' || monitoring),
  );
  return {
    accountId: ACCOUNT_ID_EXAMPLE,
    types: types.map(({ type, values }) => ({
      type,
      values: values.map(({ name, value }) => ({ name, expression: renderLiteral(value) })),
    })),
    resources: [
      ...arns.filter(({ target }) => !target.startsWith(SECRET) && isThere(target)),
      ...secrets.filter(({ target }) =>
        isApiKey(target) ? features.managedApiKey : features.managedWebhookSecret,
      ),
    ],
    secrets: secrets
      .filter(({ target }) => (isApiKey(target) ? features.givenApiKey : features.givenWebhookSecret))
      .map(({ target, arn }) => ({ target: `data.${target}`, arn })),
    documents: listDocuments(features),
  };
}

/** Each document gets a text of its own, which shows up in whatever uses it. */
function listDocuments(features: Features): { target: string; json: string }[] {
  const documents = [
    ['webhook_handler', 'webhook_handler'],
    ['audio_processor', 'audio_processor'],
    ['audio_bucket', 'audio_bucket'],
    ['audio_queue', 'audio_queue'],
    ['dead_letter_queue["audio"]', 'audio_dlq'],
    ['dead_letter_queue["webhook"]', 'webhook_dlq'],
    ['results_topic', 'results_topic'],
    ...(features.ipAllowList ? [['api_access', 'api_access']] : []),
    ...(features.managedKms ? [['key', 'key']] : []),
    ...(features.waf ? [['waf_logs', 'waf_logs']] : []),
    ...(features.accessLogs ? [['access_logs_bucket', 'access_logs_bucket']] : []),
    ...(features.monitoring
      ? [
          ['alarms_key', 'alarms_key'],
          ['alarms_topic', 'alarms_topic'],
        ]
      : []),
  ];
  return documents.map(([address = '', id = '']) => ({
    target: `data.aws_iam_policy_document.${address}`,
    json: JSON.stringify({ Id: id, Statement: [] }),
  }));
}
