// The ARNs of the made-up AWS that the generated tests run against: each tells which resource it belongs to, so that
// a policy that names the wrong one is seen.
import { ACCOUNT_ID_EXAMPLE } from '../spec/naming.ts';

const PLACE = `us-east-1:${ACCOUNT_ID_EXAMPLE}`;

export const MOCK_API_ID = 'mock';

/** By the resource's address in the module. */
export const MOCK_ARNS = {
  'aws_s3_bucket.audio': 'arn:aws:s3:::audio-bucket',
  'aws_dynamodb_table.sessions': `arn:aws:dynamodb:${PLACE}:table/sessions`,
  'aws_sns_topic.results': `arn:aws:sns:${PLACE}:results`,
  'aws_sns_topic.alarms': `arn:aws:sns:${PLACE}:alarms`,
  'aws_sqs_queue.audio': `arn:aws:sqs:${PLACE}:audio`,
  'aws_sqs_queue.audio_dlq': `arn:aws:sqs:${PLACE}:audio-dlq`,
  'aws_sqs_queue.webhook_dlq': `arn:aws:sqs:${PLACE}:webhook-dlq`,
  'aws_cloudwatch_log_group.webhook_handler': `arn:aws:logs:${PLACE}:log-group:webhook-handler`,
  'aws_cloudwatch_log_group.audio_processor': `arn:aws:logs:${PLACE}:log-group:audio-processor`,
  'aws_iam_role.webhook_handler': `arn:aws:iam::${ACCOUNT_ID_EXAMPLE}:role/webhook-handler`,
  'aws_iam_role.audio_processor': `arn:aws:iam::${ACCOUNT_ID_EXAMPLE}:role/audio-processor`,
  'aws_secretsmanager_secret.api_key': `arn:aws:secretsmanager:${PLACE}:secret:api-key`,
  'aws_secretsmanager_secret.webhook': `arn:aws:secretsmanager:${PLACE}:secret:webhook`,
  'aws_kms_key.stack': `arn:aws:kms:${PLACE}:key/stack`,
  'aws_s3_bucket.access_logs': 'arn:aws:s3:::access-logs-bucket',
  'aws_cloudwatch_log_group.waf': `arn:aws:logs:${PLACE}:log-group:waf`,
  'aws_wafv2_web_acl.api': `arn:aws:wafv2:${PLACE}:regional/webacl/api/mock`,
} as const;

/** What the provider checks to be an ARN, for any resource of a type. */
export const MOCK_TYPE_ARNS: readonly {
  readonly type: string;
  readonly values: readonly { readonly name: string; readonly value: string }[];
}[] = [
  {
    type: 'aws_api_gateway_rest_api',
    values: [
      { name: 'execution_arn', value: `arn:aws:execute-api:${PLACE}:${MOCK_API_ID}` },
      { name: 'id', value: MOCK_API_ID },
    ],
  },
  mockArn(
    'aws_api_gateway_stage',
    'arn',
    `arn:aws:apigateway:us-east-1::/restapis/${MOCK_API_ID}/stages/mock`,
  ),
  mockArn('aws_cloudwatch_log_group', 'arn', `arn:aws:logs:${PLACE}:log-group:mock`),
  mockArn('aws_iam_role', 'arn', `arn:aws:iam::${ACCOUNT_ID_EXAMPLE}:role/mock`),
  mockArn('aws_kms_key', 'arn', `arn:aws:kms:${PLACE}:key/mock`),
  {
    type: 'aws_lambda_function',
    values: [
      { name: 'arn', value: `arn:aws:lambda:${PLACE}:function:mock` },
      {
        name: 'invoke_arn',
        value: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/mock/invocations',
      },
    ],
  },
  mockArn('aws_sns_topic', 'arn', `arn:aws:sns:${PLACE}:mock`),
  mockArn('aws_sqs_queue', 'arn', `arn:aws:sqs:${PLACE}:mock`),
  mockArn('aws_wafv2_web_acl', 'arn', `arn:aws:wafv2:${PLACE}:regional/webacl/mock/mock`),
];

function mockArn(type: string, name: string, value: string): (typeof MOCK_TYPE_ARNS)[number] {
  return { type, values: [{ name, value }] };
}
