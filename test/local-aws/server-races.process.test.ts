// Operations that are atomic on AWS are atomic here, on a server that switches threads as often as Python can.
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithTools, MOTO } from '../support/required-tools.ts';
import { type LocalAws, startLocalAws } from './local-aws.ts';
import { SERVER_FOR_ALL } from './local-server.ts';

const KEYS = 150;
const WRITERS_PER_KEY = 6;
const MESSAGES = 100;

describeWithTools('concurrent requests to the local AWS', [MOTO], () => {
  let aws: LocalAws;

  beforeAll(async () => {
    vi.stubEnv('LOCAL_AWS_SWITCH_INTERVAL_SECONDS', '0.000001');
    vi.stubEnv(SERVER_FOR_ALL, undefined);
    aws = await startLocalAws();
    vi.unstubAllEnvs();
  });

  afterAll(() => aws?.stop());

  /** Runs `write` for every key from several writers at once, and returns how many succeeded. */
  async function countWinners(write: (key: string) => Promise<unknown>): Promise<number> {
    const keys = Array.from(
      { length: KEYS * WRITERS_PER_KEY },
      (_, i) => `k${Math.floor(i / WRITERS_PER_KEY)}`,
    );
    const outcomes = await Promise.allSettled(keys.map(write));
    return outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
  }

  it('let one conditional put per key win in DynamoDB', async () => {
    const dynamodb = aws.client(DynamoDBClient);
    const TableName = 'races';
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const ConditionExpression = 'attribute_not_exists(id)';
    const put = (id: string) =>
      dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id } }, ConditionExpression }));

    expect(await countWinners(put)).toBe(KEYS);
  });

  it('let one conditional put per key win in S3', async () => {
    const s3 = aws.client(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket: 'races' }));
    const put = (Key: string) =>
      s3.send(new PutObjectCommand({ Bucket: 'races', Key, Body: 'x', IfNoneMatch: '*' }));

    expect(await countWinners(put)).toBe(KEYS);
  });

  it('give each message to one receiver in SQS, and lose none', async () => {
    const sqs = aws.client(SQSClient);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'races' }));
    const send = (index: number) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${index}` }));
    const receiveAndDelete = async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }),
      );
      for (const { ReceiptHandle } of Messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return Messages.map((message) => Number(message.Body));
    };
    const indexes = Array.from({ length: MESSAGES }, (_, index) => index);
    await Promise.all(indexes.map(send));
    const more = indexes.map((index) => index + MESSAGES);
    const [early] = await Promise.all([Promise.all(indexes.map(receiveAndDelete)), ...more.map(send)]);
    const late = await Promise.all([...indexes, ...indexes].map(receiveAndDelete));

    expect([...early, ...late].flat().sort((a, b) => a - b)).toEqual([...indexes, ...more]);
  });
});
