// What the generated tests expect of the policies, statement by statement. Written out once more, not read from the
// templates: these lines are what a reviewer has agreed to.

import type { Attribute } from '../literals/hcl.ts';
import type { Features } from '../model/features.ts';
import { MOCK_ARNS } from '../model/mock-arns.ts';
import type { TestedStack } from '../model/stack-model.ts';
import { ACCOUNT_ID_EXAMPLE } from '../spec/naming.ts';
import { findKey } from './test-groups.ts';
import type { View } from './view.ts';

const BUCKET = MOCK_ARNS['aws_s3_bucket.audio'];
const TABLE = MOCK_ARNS['aws_dynamodb_table.sessions'];
const RESULTS = MOCK_ARNS['aws_sns_topic.results'];
const ALARMS = MOCK_ARNS['aws_sns_topic.alarms'];
const QUEUE = MOCK_ARNS['aws_sqs_queue.audio'];
const AUDIO_DLQ = MOCK_ARNS['aws_sqs_queue.audio_dlq'];
const WEBHOOK_DLQ = MOCK_ARNS['aws_sqs_queue.webhook_dlq'];
const NETWORK_ACTIONS =
  'ec2:AssignPrivateIpAddresses, ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeNetworkInterfaces, ec2:DescribeSubnets, ec2:UnassignPrivateIpAddresses';

/** The roles of the two functions. AWS knows no resources for the actions of the `unlimited` statements. */
export function expectRoles(environment: string, { settings }: TestedStack, features: Features): View {
  const { xray, vpc } = features;
  const key = findKey(settings);
  const roles = [
    'aws_iam_role.webhook_handler',
    'aws_iam_role.audio_processor',
    ...(features.apiLoggingRole ? ['aws_iam_role.api_logging[*]'] : []),
  ];
  const shared = [
    ...(key === null ? [] : [`UseKey: kms:Decrypt, kms:GenerateDataKey on ${key}`]),
    ...(xray ? ['WriteTraces: xray:PutTelemetryRecords, xray:PutTraceSegments on *'] : []),
    ...(vpc ? [`UseNetwork: ${NETWORK_ACTIONS} on *`] : []),
  ];
  const stores = [
    `StoreSessions: dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on ${TABLE}`,
    `PublishResults: sns:Publish on ${RESULTS}`,
  ];
  return {
    webhook: [
      expectLogs(MOCK_ARNS['aws_cloudwatch_log_group.webhook_handler']),
      `ReadSecret: secretsmanager:GetSecretValue on ${MOCK_ARNS['aws_secretsmanager_secret.webhook']}`,
      ...stores,
      `KeepFailedInvocations: sqs:SendMessage on ${WEBHOOK_DLQ}`,
      ...shared,
    ],
    audio: [
      expectLogs(MOCK_ARNS['aws_cloudwatch_log_group.audio_processor']),
      `ReadSecret: secretsmanager:GetSecretValue on ${MOCK_ARNS['aws_secretsmanager_secret.api_key']}`,
      ...stores,
      `TakeUploads: sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage on ${QUEUE}`,
      `GiveUpUploads: sqs:SendMessage on ${AUDIO_DLQ}`,
      `TellMissingFromForbidden: s3:ListBucket on ${BUCKET}`,
      `ReadAudio: s3:GetObject on ${BUCKET}/incoming/*, ${BUCKET}/processed/*, ${BUCKET}/rejected/*`,
      `FileAudio: s3:PutObject on ${BUCKET}/processed/*, ${BUCKET}/rejected/*`,
      `ClearIncoming: s3:DeleteObject on ${BUCKET}/incoming/*`,
      ...shared,
    ],
    unlimited: [...(xray ? ['WriteTraces'] : []), ...(vpc ? ['UseNetwork'] : [])],
    webhookMessage: `${environment}: the webhook handler's role must allow what is listed here and nothing else.`,
    audioMessage: `${environment}: the audio processor's role must allow what is listed here and nothing else.`,
    wildcardMessage: `${environment}: no role may have a wildcard action, nor all resources where AWS can tell them apart.`,
    roles: `flatten([${roles.join(', ')}])`,
    hasRolePath: features.rolePath,
    rolePath: settings.iam.role_path,
    hasBoundary: features.permissionsBoundary,
    boundary: settings.iam.permissions_boundary,
    limitsMessage: `${environment}: every role must have the path and the permissions boundary of the spec.`,
    wiringMessage: `${environment}: each function must have its own role, with its own policy, that only Lambda can assume.`,
  };
}

function expectLogs(group: string): string {
  return `WriteLogs: logs:CreateLogStream, logs:PutLogEvents on ${group}:*`;
}

interface ExpectedPolicy {
  /** How the test calls it. */
  readonly name: string;
  /** Its address in the module. */
  readonly address: string;
  /** Where it is used. */
  readonly policy: string;
  readonly statements: readonly string[];
}

/** The policies of the bucket, the queues and the results topic. */
export function expectPolicies(environment: string): View {
  const fromBucket = `aws:SourceAccount StringEquals ${ACCOUNT_ID_EXAMPLE} and aws:SourceArn ArnEquals ${BUCKET}`;
  const documents: readonly ExpectedPolicy[] = [
    {
      name: 'bucket',
      address: 'data.aws_iam_policy_document.audio_bucket',
      policy: 'aws_s3_bucket_policy.audio.policy',
      statements: [refusePlainText('s3:*', `${BUCKET}, ${BUCKET}/*`)],
    },
    {
      name: 'queue',
      address: 'data.aws_iam_policy_document.audio_queue',
      policy: 'aws_sqs_queue_policy.audio.policy',
      statements: [
        `Allow AudioBucketSends: sqs:SendMessage on ${QUEUE} for s3.amazonaws.com if ${fromBucket}`,
        refusePlainText('sqs:*', QUEUE),
      ],
    },
    {
      name: 'audio_dlq',
      address: 'data.aws_iam_policy_document.dead_letter_queue["audio"]',
      policy: 'aws_sqs_queue_policy.audio_dlq.policy',
      statements: [refusePlainText('sqs:*', AUDIO_DLQ)],
    },
    {
      name: 'webhook_dlq',
      address: 'data.aws_iam_policy_document.dead_letter_queue["webhook"]',
      policy: 'aws_sqs_queue_policy.webhook_dlq.policy',
      statements: [refusePlainText('sqs:*', WEBHOOK_DLQ)],
    },
    {
      name: 'topic',
      address: 'data.aws_iam_policy_document.results_topic',
      policy: 'aws_sns_topic_policy.results.policy',
      statements: [refusePlainText('sns:Publish', RESULTS)],
    },
  ];
  return {
    ...showPolicies(documents),
    message: `${environment}: bucket, queues and results topic must refuse what does not come over TLS, and only the audio bucket may send to the queue.`,
    attachedMessage: `${environment}: bucket, queues and results topic must each have their own policy.`,
  };
}

/** The policies of the alarm topic and of its key; null without alarms. */
export function expectAlarmPolicies(
  environment: string,
  { settings, region, names }: TestedStack,
): View | null {
  if (!settings.monitoring.enabled) return null;
  const alarms = `arn:aws:cloudwatch:${region}:${ACCOUNT_ID_EXAMPLE}:alarm:${names.api}-*`;
  const fromAlarms = `for cloudwatch.amazonaws.com if aws:SourceAccount StringEquals ${ACCOUNT_ID_EXAMPLE} and aws:SourceArn ArnLike ${alarms}`;
  const key: ExpectedPolicy = {
    name: 'alarms_key',
    address: 'data.aws_iam_policy_document.alarms_key[0]',
    policy: 'aws_kms_key.alarms[0].policy',
    statements: [
      `Allow AccountDecides: kms:* on * for arn:aws:iam::${ACCOUNT_ID_EXAMPLE}:root if asked`,
      `Allow AlarmsEncrypt: kms:Decrypt, kms:GenerateDataKey* on * ${fromAlarms}`,
    ],
  };
  const topic: ExpectedPolicy = {
    name: 'alarms_topic',
    address: 'data.aws_iam_policy_document.alarms_topic[0]',
    policy: 'aws_sns_topic_policy.alarms[0].policy',
    statements: [
      `Allow AlarmsPublish: sns:Publish on ${ALARMS} ${fromAlarms}`,
      refusePlainText('sns:Publish', ALARMS),
    ],
  };
  return {
    ...showPolicies(findKey(settings) === null ? [key, topic] : [topic]),
    message: `${environment}: only the alarms of this stack may use the alarm topic and its key.`,
    attachedMessage: `${environment}: the alarm topic and its key must each have their own policy.`,
  };
}

export function showPolicies(documents: readonly ExpectedPolicy[]): Pick<View, string> {
  return {
    documents: documents.map(
      ({ name, address }): Attribute => ({ name, expression: `${address}.statement` }),
    ),
    expected: documents.map(({ name, statements }) => ({ name, statements })),
    attachments: documents.map(({ policy, address }) => ({ policy, document: address })),
  };
}

export function refusePlainText(actions: string, resources: string): string {
  return `Deny TlsOnly: ${actions} on ${resources} for * if aws:SecureTransport Bool false`;
}
