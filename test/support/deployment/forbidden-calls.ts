// Calls that a function's role must not be able to make, on the stack of the shipped spec's dev environment.
import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { LocalAws } from '../../local-aws/local-aws.ts';

type Credentials = Awaited<ReturnType<LocalAws['assumeRole']>>;
type Call = readonly [what: string, send: () => Promise<unknown>];

const BUCKET = 'sonotheia-example-audio-dev';
const TABLE = 'sonotheia-example-sessions-dev';
const KEY = { session_id: { S: 'x' }, timestamp: { N: '1' } };

/** By function; each call is one that AWS must answer with "access denied". */
export function listForbiddenCalls(
  aws: LocalAws,
  credentials: Credentials,
  outputs: Readonly<Record<string, unknown>>,
): { readonly webhook: readonly Call[]; readonly audio: readonly Call[] } {
  const dynamodb = aws.client(DynamoDBClient, { credentials });
  const s3 = aws.client(S3Client, { credentials });
  const secrets = aws.client(SecretsManagerClient, { credentials });
  const sns = aws.client(SNSClient, { credentials });
  const sqs = aws.client(SQSClient, { credentials });
  const lambda = aws.client(LambdaClient, { credentials });
  const iam = aws.client(IAMClient, { credentials });
  const output = (name: string): string => String(outputs[name]);
  const putObject =
    (Key: string, Bucket = BUCKET) =>
    () =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  const getObject = (Key: string) => () => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  const deleteObject = (Key: string) => () => s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
  const readSecret = (name: string) => () =>
    secrets.send(new GetSecretValueCommand({ SecretId: output(name) }));
  const send = (name: string) => () =>
    sqs.send(new SendMessageCommand({ QueueUrl: output(name), MessageBody: 'x' }));
  const receive = (name: string) => () => sqs.send(new ReceiveMessageCommand({ QueueUrl: output(name) }));
  const both: readonly Call[] = [
    ['read another table', () => dynamodb.send(new GetItemCommand({ TableName: 'another-table', Key: KEY }))],
    [
      'write another table',
      () => dynamodb.send(new PutItemCommand({ TableName: 'another-table', Item: KEY })),
    ],
    ['delete an item', () => dynamodb.send(new DeleteItemCommand({ TableName: TABLE, Key: KEY }))],
    ['scan the table', () => dynamodb.send(new ScanCommand({ TableName: TABLE }))],
    [
      'publish to the alarms',
      () => sns.send(new PublishCommand({ TopicArn: output('alarms_topic_arn'), Message: 'x' })),
    ],
    [
      'write the API key',
      () =>
        secrets.send(
          new PutSecretValueCommand({ SecretId: output('api_key_secret_arn'), SecretString: 'x' }),
        ),
    ],
    [
      'write the webhook secret',
      () =>
        secrets.send(
          new PutSecretValueCommand({ SecretId: output('webhook_secret_arn'), SecretString: 'x' }),
        ),
    ],
    ['list the buckets', () => s3.send(new ListBucketsCommand({}))],
    ['write another bucket', putObject('processed/x.wav', 'another-bucket')],
    ['write into incoming/', putObject('incoming/x.wav')],
    ['write into archives/', putObject('archives/x.wav')],
    ['read archives/', getObject('archives/x.wav')],
    ['delete from processed/', deleteObject('processed/x.wav')],
    ['send to the upload queue', send('audio_queue_url')],
    [
      'purge the upload queue',
      () => sqs.send(new PurgeQueueCommand({ QueueUrl: output('audio_queue_url') })),
    ],
    ['read the dead letters', receive('audio_dlq_url')],
    [
      'invoke a function',
      () => lambda.send(new InvokeCommand({ FunctionName: output('webhook_handler_name') })),
    ],
    ['list the roles', () => iam.send(new ListRolesCommand({}))],
  ];
  return {
    webhook: [
      ...both,
      ['read the API key', readSecret('api_key_secret_arn')],
      ['read an upload', getObject('incoming/x.wav')],
      ['write a processed file', putObject('processed/x.wav')],
      ['take an upload from the queue', receive('audio_queue_url')],
    ],
    audio: [
      ...both,
      ['read the webhook secret', readSecret('webhook_secret_arn')],
      ["send to the webhook's dead letters", send('webhook_dlq_url')],
    ],
  };
}
