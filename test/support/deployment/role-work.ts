// Uses each permission of a function's role once: the function's own calls, and Lambda's calls with the role.
import { randomUUID } from 'node:crypto';
import {
  CloudWatchLogsClient,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  HeadObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { toSqsEvent } from '../../../scripts/local/lambda/sqs-batch.ts';
import { createWav } from '../../../scripts/local/wav.ts';
import type { LocalAws } from '../../local-aws/local-aws.ts';
import { postWebhook } from './webhooks.ts';

export interface RoleWork {
  readonly functionName: string;
  readonly roleName: string;
  readonly roleArn: string;
  readonly policyName: string;
  readonly policy: PolicyDocument;
  /** Rejects, or resolves with the problem, when a call is denied; undefined after success. */
  readonly run: (aws: LocalAws, role: Credentials) => Promise<string | undefined>;
}

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

type Credentials = Awaited<ReturnType<LocalAws['assumeRole']>>;

const listActions = (actions: string | readonly string[]): readonly string[] => [actions].flat();

/** The distinct actions of a policy, sorted. */
export function actionsOf(policy: PolicyDocument): readonly string[] {
  return [...new Set(policy.Statement.flatMap(({ Action }) => listActions(Action)))].sort();
}

/** Does the work on a copy of the AWS where the role lacks one action; undefined removes none. */
export async function runWithout(
  aws: LocalAws,
  work: RoleWork,
  action: string | undefined,
): Promise<string | undefined> {
  const copy = await aws.fork();
  try {
    const Statement = work.policy.Statement.map((statement) => ({
      ...statement,
      Action: listActions(statement.Action).filter((name) => name !== action),
    })).filter(({ Action }) => Action.length > 0);
    await copy.client(IAMClient).send(
      new PutRolePolicyCommand({
        RoleName: work.roleName,
        PolicyName: work.policyName,
        PolicyDocument: JSON.stringify({ ...work.policy, Statement }),
      }),
    );
    const role = await copy.assumeRole(work.roleArn);
    await copy.enforceIam(true);
    return await work.run(copy, role).catch((error: Error) => `${error.name}: ${error.message}`);
  } finally {
    await copy.stop();
  }
}

/** Lambda creates a log stream for each instance of a function, and writes its output. */
export async function writeLog(aws: LocalAws, credentials: Credentials, functionName: string): Promise<void> {
  const logs = aws.client(CloudWatchLogsClient, { credentials });
  const stream = { logGroupName: `/aws/lambda/${functionName}`, logStreamName: randomUUID() };
  await logs.send(new CreateLogStreamCommand(stream));
  await logs.send(
    new PutLogEventsCommand({ ...stream, logEvents: [{ timestamp: Date.now(), message: 'START' }] }),
  );
}

/** A delivery and its redelivery. Lambda puts failed asynchronous invocations into the function's dead-letter queue. */
export async function receiveWebhooks(
  aws: LocalAws,
  credentials: Credentials,
  { url, secret, deadLetterUrl }: { url: string; secret: string; deadLetterUrl: string },
): Promise<string | undefined> {
  const body = JSON.stringify({
    event_id: `evt_${randomUUID()}`,
    event_type: 'deepfake.completed',
    data: {},
  });
  for (const delivery of ['first', 'repeated']) {
    const { status } = await postWebhook(aws.apiUrl(url), body, secret);
    if (status !== 200) return `the ${delivery} delivery was answered ${status}`;
  }
  const sqs = aws.client(SQSClient, { credentials });
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterUrl, MessageBody: body }));
  return undefined;
}

/** An upload through the queue, then another notification of the same upload, whose file has been moved. */
export async function processUploads(
  aws: LocalAws,
  credentials: Credentials,
  place: { functionName: string; bucket: string; queueUrl: string },
): Promise<string | undefined> {
  const s3 = aws.client(S3Client);
  const { bucket: Bucket, queueUrl: QueueUrl } = place;
  // No other function processes the file.
  const nothing = { Bucket, NotificationConfiguration: {} };
  await s3.send(new PutBucketNotificationConfigurationCommand(nothing));
  const Key = `incoming/${randomUUID()}.wav`;
  const Body = createWav(4);
  const { ETag = '' } = await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'audio/wav' }));
  for (const sequencer of ['01', '02']) {
    const object = { key: Key, size: Body.length, eTag: ETag.replaceAll('"', ''), sequencer };
    const record = { eventName: 'ObjectCreated:Put', eventTime: new Date().toISOString() };
    const text = JSON.stringify({ Records: [{ ...record, s3: { bucket: { name: Bucket }, object } }] });
    const message = { MessageId: sequencer, Body: text };
    const outcome = await aws.invoke(place.functionName, toSqsEvent([message], 'arn:aws:sqs:us-east-1:1:q'));
    if (outcome.payload !== '{"batchItemFailures":[]}')
      return `notification ${sequencer}: ${outcome.payload}`;
  }
  const garbage = { MessageId: 'garbage', Body: 'no notification' };
  const givenUp = await aws.invoke(place.functionName, toSqsEvent([garbage], 'arn:aws:sqs:us-east-1:1:q'));
  if (givenUp.payload !== '{"batchItemFailures":[]}') return `garbage: ${givenUp.payload}`;
  await s3.send(new HeadObjectCommand({ Bucket, Key: Key.replace('incoming/', 'processed/') }));
  const isLeft = await s3.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => true,
    () => false,
  );
  if (isLeft) return 'the upload is still under incoming/';
  return await takeMessage(aws.client(SQSClient, { credentials }), QueueUrl);
}

/** The three actions that a role must allow before Lambda polls a queue with it. */
async function takeMessage(sqs: SQSClient, QueueUrl: string): Promise<undefined> {
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['VisibilityTimeout'] }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  // Deleting an unknown message succeeds; only a missing permission is an error.
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'none' })).catch((error: Error) => {
    if (!/ReceiptHandle/i.test(error.name)) throw error;
  });
  return undefined;
}
