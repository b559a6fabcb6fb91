// The SDK's clients and plain requests against the local AWS.
import { createHash } from 'node:crypto';
import http from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compileStack, LocalWorld } from '../../../test/support/local/local-world.ts';

let world: LocalWorld;
let url: string;
const config = () => ({
  endpoint: url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'mine', secretAccessKey: 'any' },
  maxAttempts: 1,
});

beforeEach(async () => {
  world = new LocalWorld(
    compileStack(
      'dynamodb: { event_type_index: true }',
      'subscriptions:',
      '  - { name: all, protocol: sqs, endpoint: "arn:aws:sqs:us-east-1:123456789012:all" }',
    ),
  );
  url = await world.serve();
});

afterEach(() => world.stop());

describe('S3', () => {
  const Bucket = 'acme-audio-dev';
  const s3 = () => new S3Client({ ...config(), forcePathStyle: true });
  const put = (Key: string, Body: string | Uint8Array, more: object = {}) =>
    s3().send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

  it('keeps hostile keys, whole bodies and metadata', async () => {
    const Key = "incoming/../..//é <b>'&\u0001%2F+ ?#.wav";
    await put(Key, 'RIFF', { Metadata: { 'session-id': 's1' }, ContentType: 'audio/wav' });
    const read = await s3().send(new GetObjectCommand({ Bucket, Key }));
    expect(await read.Body?.transformToString()).toBe('RIFF');
    expect([read.ContentType, read.Metadata]).toEqual(['audio/wav', { 'session-id': 's1' }]);
    const listed = await s3().send(new ListObjectsV2Command({ Bucket, Prefix: 'incoming/' }));
    expect(listed.Contents?.map((object) => object.Key)).toEqual([Key]);
    expect(world.parts.queue.list()).toHaveLength(1);
    expect([...world.state.recordings.keys()]).toEqual([Key]);
  });

  it('takes uploads in parts and answers ranges', async () => {
    const Key = 'incoming/large.wav';
    const parts = [new Uint8Array(5 << 20).fill(1), new Uint8Array(100).fill(2)];
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key }));
    for (const [index, Body] of parts.entries())
      await s3().send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: index + 1, Body }));
    const etagOf = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
    const listed = parts.map((bytes, index) => ({ PartNumber: index + 1, ETag: `"${etagOf(bytes)}"` }));
    const complete = (Parts: readonly object[], key = Key) =>
      s3().send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: key,
          UploadId,
          MultipartUpload: { Parts: [...Parts] },
        }),
      );
    const [first = {}, second = {}] = listed;
    await expect(complete(listed, 'incoming/other')).rejects.toThrow('NoSuchUpload');
    await expect(complete([])).rejects.toThrow('MalformedXML');
    await expect(complete([second, first])).rejects.toThrow('InvalidPartOrder');
    await expect(complete([first, { ...second, ETag: '"0"' }])).rejects.toThrow('InvalidPart');
    await s3().send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 3, Body: parts[1] ?? new Uint8Array() }),
    );
    await expect(complete([...listed, { ...second, PartNumber: 3 }])).rejects.toThrow('EntityTooSmall');
    const { ETag } = await complete(listed);
    expect(ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const range = await s3().send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=5242879-5242881' }));
    expect([...((await range.Body?.transformToByteArray()) ?? [])]).toEqual([1, 2, 2]);
    expect(range.ContentRange).toBe('bytes 5242879-5242881/5242980');
    expect(world.parts.queue.list()).toHaveLength(1);
    expect(world.parts.queue.list()[0]?.body).toContain(`"eTag":${ETag}`);
  });

  it('takes presigned uploads, and no more in parts than fits into memory', async () => {
    const presigned = `${url}/${Bucket}/incoming/p.wav?X-Amz-Credential=mine%2F20260105&X-Amz-Signature=x`;
    expect((await fetch(presigned, { method: 'PUT', body: 'RIFF' })).status).toBe(200);
    expect([...world.state.recordings.keys()]).toEqual(['incoming/p.wav']);
    const Key = 'incoming/huge';
    const { UploadId } = await s3().send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const Body = new Uint8Array(40 << 20);
    const send = (PartNumber: number) =>
      s3().send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    await send(1);
    await expect(send(2)).rejects.toThrow('EntityTooLarge');
    await expect(send(3)).rejects.toThrow('NoSuchUpload');
  });

  it('keeps the conditions of the function', async () => {
    await put('incoming/a', 'one');
    const copy = { Bucket, Key: 'processed/a', CopySource: `${Bucket}/incoming/a`, IfNoneMatch: '*' };
    await s3().send(new CopyObjectCommand(copy));
    await expect(s3().send(new CopyObjectCommand(copy))).rejects.toThrow('PreconditionFailed');
    await expect(put('processed/a', 'two', { IfNoneMatch: '*' })).rejects.toThrow('PreconditionFailed');
    const remove = { Bucket, Key: 'incoming/a', IfMatch: '"other"' };
    await expect(s3().send(new DeleteObjectCommand(remove))).rejects.toThrow('PreconditionFailed');
    await expect(s3().send(new GetObjectCommand({ Bucket: 'other', Key: 'a' }))).rejects.toThrow(
      'NoSuchBucket',
    );
  });

  it('refuses a copy whose source is no object of this bucket', async () => {
    await put('a', 'one');
    const copy = (CopySource: string) => s3().send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource }));
    await expect(copy(`${Bucket}/%E0%A4%A`)).rejects.toThrow('InvalidArgument');
    await expect(copy(Bucket)).rejects.toThrow('InvalidArgument');
    await expect(copy('other/a')).rejects.toThrow('NoSuchBucket');
    await expect(copy(`${Bucket}/absent`)).rejects.toThrow('NoSuchKey');
    await copy(`/${Bucket}/a`);
    expect([...world.state.objects.list()].map(([key]) => key)).toEqual(['a', 'b']);
  });

  it('lists folders and pages', async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c']) await put(key, 'x');
    const first = await s3().send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect([first.CommonPrefixes, first.Contents?.map(({ Key }) => Key), first.IsTruncated]).toEqual([
      [{ Prefix: 'a/' }],
      ['b'],
      true,
    ]);
    const ContinuationToken = first.NextContinuationToken;
    const second = await s3().send(new ListObjectsV2Command({ Bucket, Delimiter: '/', ContinuationToken }));
    expect([second.Contents?.map(({ Key }) => Key), second.IsTruncated]).toEqual([['c'], false]);
  });

  it('stores the same bytes once, and removes them with the last object', async () => {
    const contents = () => world.state.objects.list().map(([, { content }]) => content);
    await put('a', 'same');
    await put('b', 'same');
    expect(new Set(contents()).size).toBe(1);
    await s3().send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await s3().send(new DeleteObjectCommand({ Bucket, Key: 'absent' }));
    expect(world.state.objects.get('b')?.bytes.toString()).toBe('same');
    await put('b', 'other');
    expect(contents()).toHaveLength(1);
  });
});

describe('DynamoDB', () => {
  const TableName = 'acme-sessions-dev';
  const client = () => new DynamoDBClient(config());
  const itemOf = (time: string, type = 'deepfake.completed') => ({
    session_id: { S: 's1' },
    timestamp: { N: time },
    schema_version: { S: '1' },
    event_id: { S: `evt_${time}` },
    event_type: { S: type },
    data: { M: { score: { N: '0.5' } } },
    status: { S: 'stored' },
    test: { BOOL: false },
    received_at: { S: '2026-01-05T12:34:56.789Z' },
    ttl: { N: '4000000000' },
  });

  it('queries by time with all digits, filters, projects and pages', async () => {
    const times = [
      '1767616496.7891560930320542293748779',
      '1767616496.789156093032054229374878',
      '1000000000',
    ];
    for (const time of times) await client().send(new PutItemCommand({ TableName, Item: itemOf(time) }));
    const query = {
      TableName,
      KeyConditionExpression: 'session_id = :s AND #t > :from',
      ExpressionAttributeNames: { '#t': 'timestamp' },
      ExpressionAttributeValues: { ':s': { S: 's1' }, ':from': { N: '1000000000' } },
      ProjectionExpression: '#t',
      ScanIndexForward: false,
      Limit: 1,
    };
    const first = await client().send(new QueryCommand(query));
    expect(first.Items).toEqual([{ timestamp: { N: times[1] } }]);
    const ExclusiveStartKey = first.LastEvaluatedKey;
    const second = await client().send(new QueryCommand({ ...query, ExclusiveStartKey }));
    expect(second.Items).toEqual([{ timestamp: { N: times[0] } }]);
    expect(second.LastEvaluatedKey).toBeDefined();
  });

  it('reads by index, by keys and all', async () => {
    for (const [time, type] of [
      ['1000000001', 'mfa.completed'],
      ['1000000002', 'deepfake.completed'],
    ] as const)
      await client().send(new PutItemCommand({ TableName, Item: itemOf(time, type) }));
    const byType = await client().send(
      new QueryCommand({
        TableName,
        IndexName: 'event_type-timestamp-index',
        KeyConditionExpression: 'event_type = :t',
        ExpressionAttributeValues: { ':t': { S: 'mfa.completed' } },
      }),
    );
    expect(byType.Items).toEqual([itemOf('1000000001', 'mfa.completed')]);
    const Keys = [{ session_id: { S: 's1' }, timestamp: { N: '1000000002.0' } }];
    const byKey = await client().send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(byKey.Responses?.[TableName]).toEqual([itemOf('1000000002')]);
    const scanned = await client().send(
      new ScanCommand({
        TableName,
        FilterExpression: 'begins_with(event_type, :p)',
        ExpressionAttributeValues: { ':p': { S: 'deepfake.' } },
      }),
    );
    expect([scanned.Count, scanned.ScannedCount]).toEqual([1, 2]);
  });

  it('refuses another table, an index and an operation that are not there', async () => {
    await expect(client().send(new DescribeTableCommand({ TableName: 'other' }))).rejects.toThrow(
      'not found',
    );
    const other = { TableName, IndexName: 'x', KeyConditionExpression: 'a = :a' };
    await expect(client().send(new QueryCommand(other))).rejects.toThrow('specified index');
    const PutRequest = { Item: itemOf('1000000001') };
    await expect(
      client().send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest }] } })),
    ).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  it("takes what a project's own handlers store", async () => {
    const Item = { ...itemOf('1000000001'), risk: { S: 'severe' }, own: { S: 'text' } };
    await client().send(new PutItemCommand({ TableName, Item }));
    const entry = { session_id: { S: 'own#1' }, timestamp: { N: '1' } };
    const TransactItems = [Item, entry].map((item) => ({ Put: { TableName, Item: item } }));
    await client().send(new TransactWriteItemsCommand({ TransactItems }));
    const { Items } = await client().send(new ScanCommand({ TableName }));
    expect(Items).toEqual(expect.arrayContaining([Item, entry]));
  });
});

describe('what DynamoDB refuses', () => {
  const TableName = 'acme-sessions-dev';
  const client = () => new DynamoDBClient(config());
  const marker = (id: string, more: object = {}) => ({
    session_id: { S: `delivery#event#${id}` },
    timestamp: { N: '0' },
    ...more,
  });
  const put = (Item: Record<string, AttributeValue>) =>
    client().send(new PutItemCommand({ TableName, Item }));
  const transact = (...Items: readonly Record<string, AttributeValue>[]) => {
    const TransactItems = Items.map((Item) => ({ Put: { TableName, Item } }));
    return client().send(new TransactWriteItemsCommand({ TransactItems }));
  };

  it('is refused: keys of another form, large items, too many at once, and the same one twice', async () => {
    const many = Array.from({ length: 101 }, (_, index) => marker(String(index)));
    const large = marker('a', { event_session_id: { S: 'é'.repeat(200 * 1024) } });
    const update = {
      TableName,
      Key: marker('a'),
      UpdateExpression: 'SET event_session_id = :s',
      ExpressionAttributeValues: { ':s': { S: 'x'.repeat(400 * 1024) } },
    };
    const refusals = [
      [() => put({ session_id: { S: 'a' } }), 'does not match the schema'],
      [() => put(marker('a', { timestamp: { S: '0' } })), 'does not match the schema'],
      [() => put(marker('a', { session_id: { S: '' } })), 'empty'],
      [() => put(marker('a', { timestamp: { N: 'x' } })), 'into a number'],
      [() => put(marker('a', { timestamp: { N: `1.${'1'.repeat(38)}` } })), '38 significant digits'],
      [() => put(large), 'Item size'],
      [() => transact(marker('b'), large), 'Item size'],
      [() => client().send(new UpdateItemCommand(update)), 'Item size'],
      [() => transact(...many), 'less than or equal to 100'],
      [() => transact(marker('a'), marker('a')), 'two operations on one item'],
      [
        () =>
          client().send(
            new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key: marker('a') } }] }),
          ),
        'only Put',
      ],
      [
        () => client().send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: many } } })),
        'less than or equal to 100',
      ],
    ] as const;
    for (const [sent, message] of refusals)
      await expect(sent()).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(message),
      });
    expect(world.state.items.size).toBe(0);
  });

  it('keeps an item whose condition fails', async () => {
    await put(marker('a'));
    const remove = { TableName, Key: marker('a'), ConditionExpression: 'attribute_exists(forgotten)' };
    await expect(client().send(new DeleteItemCommand(remove))).rejects.toThrow('conditional request failed');
    expect(world.state.items.size).toBe(1);
    await client().send(new DeleteItemCommand({ TableName, Key: marker('a') }));
    expect(world.state.items.size).toBe(0);
  });
});

describe('SQS', () => {
  it('sends, receives, delays and deletes', async () => {
    const client = new SQSClient(config());
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'acme-audio-dlq-dev' }));
    const MessageAttributes = { reason: { DataType: 'String', StringValue: 'malformed' } };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes }));
    const receive = { QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 };
    const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand(receive));
    expect(message).toMatchObject({ Body: 'a', MessageAttributes });
    const ReceiptHandle = message?.ReceiptHandle;
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', ReceiptHandle }] }));
    expect(world.parts.deadLetters.list()).toEqual([]);
  });
});

describe('what SQS refuses', () => {
  const client = () => new SQSClient(config());
  const QueueUrl = () => `${url}/000000000000/acme-audio-dlq-dev`;
  const send = (MessageBody: string, more: object = {}) =>
    client().send(new SendMessageCommand({ QueueUrl: QueueUrl(), MessageBody, ...more }));

  it('is refused: control characters, more than 1 MiB with the attributes, a long delay, a foreign handle', async () => {
    const reason = (StringValue: string) => ({
      MessageAttributes: { reason: { DataType: 'String', StringValue } },
    });
    const refusals = [
      [() => send('a\u0001'), 'InvalidMessageContents'],
      [() => send('a\uFFFE'), 'InvalidMessageContents'],
      [() => send('a', reason('\u001b[2J')), 'InvalidMessageContents'],
      [() => send('x'.repeat((1 << 20) - 4), reason('last')), 'InvalidParameterValue'],
      [() => send('a', reason('')), 'InvalidParameterValue'],
      [() => send('a', { DelaySeconds: 901 }), 'InvalidParameterValue'],
      [
        () => client().send(new DeleteMessageCommand({ QueueUrl: QueueUrl(), ReceiptHandle: 'made up' })),
        'ReceiptHandleIsInvalid',
      ],
    ] as const;
    for (const [sent, name] of refusals) await expect(sent()).rejects.toMatchObject({ name });
    expect(world.parts.deadLetters.list()).toEqual([]);
    await send(`${'x'.repeat((1 << 20) - 2)}\t\n`);
  });

  it('holds back one entry of a batch, and a batch as a whole', async () => {
    const batch = (...entries: readonly (readonly [string, string])[]) =>
      client().send(
        new SendMessageBatchCommand({
          QueueUrl: QueueUrl(),
          Entries: entries.map(([Id, MessageBody]) => ({ Id, MessageBody })),
        }),
      );
    expect(await batch(['a', 'good'], ['b', '\u0000'])).toMatchObject({
      Successful: [{ Id: 'a' }],
      Failed: [{ Id: 'b', SenderFault: true, Code: 'InvalidMessageContents' }],
    });
    await expect(batch()).rejects.toMatchObject({ name: 'EmptyBatchRequest' });
    await expect(batch(['a', '1'], ['a', '2'])).rejects.toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
    await expect(batch(['a b', '1'])).rejects.toMatchObject({ name: 'InvalidBatchEntryId' });
    const half = 'x'.repeat((1 << 19) + 1);
    await expect(batch(['a', half], ['b', half])).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
    expect(world.parts.deadLetters.list().map(({ body }) => body)).toEqual(['good']);
  });

  it('attributes that nobody asked for', async () => {
    await send('a', { MessageAttributes: { reason: { DataType: 'String', StringValue: 'malformed' } } });
    const receive = async (more: object) => {
      const command = new ReceiveMessageCommand({ QueueUrl: QueueUrl(), VisibilityTimeout: 0, ...more });
      const { Messages: [{ Attributes = {}, MessageAttributes = {} } = {}] = [] } =
        await client().send(command);
      return [Object.keys(Attributes), Object.keys(MessageAttributes)];
    };
    expect(await receive({})).toEqual([[], []]);
    const some = { MessageSystemAttributeNames: ['SentTimestamp'], MessageAttributeNames: ['rea.*'] };
    expect(await receive(some)).toEqual([['SentTimestamp'], ['reason']]);
  });
});

describe('SNS', () => {
  it('takes any message, and refuses another topic, an empty message, and more than 256 KB with the attributes', async () => {
    const client = new SNSClient(config());
    const publish = (Message: string, TopicArn = world.stack.topicArn) =>
      client.send(new PublishCommand({ TopicArn, Message }));
    await expect(publish('{}', `${world.stack.topicArn}x`)).rejects.toThrow('Topic does not exist');
    for (const message of ['{', 'null', '{"event_id":1,"a":"<b>&"}']) await publish(message);
    expect([...world.state.deliveries.values()].map(({ eventId }) => eventId)).toEqual(['', '', '1']);
    await expect(publish('')).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const MessageAttributes = { a: { DataType: 'String', StringValue: 'x'.repeat(1024) } };
    const long = { TopicArn: world.stack.topicArn, Message: 'x'.repeat(255 * 1024), MessageAttributes };
    await expect(client.send(new PublishCommand(long))).rejects.toThrow('Message too long');
    expect(world.state.deliveries.size).toBe(3);
  });
});

describe('secrets', () => {
  it('have a previous version after a rotation, and survive a restart', async () => {
    const client = new SecretsManagerClient(config());
    const read = async (VersionStage: string) =>
      (
        await client.send(
          new GetSecretValueCommand({ SecretId: 'sonotheia-webhook-secret-dev', VersionStage }),
        )
      ).SecretString;
    for (const stage of ['AWSPREVIOUS', 'AWSPENDING', 'constructor'])
      await expect(read(stage)).rejects.toThrow("can't find");
    const first = await read('AWSCURRENT');
    world.parts.rotateSecret('webhook_secret', 'new');
    expect([await read('AWSCURRENT'), await read('AWSPREVIOUS')]).toEqual([
      '{"webhook_secret":"new"}',
      first,
    ]);
  });
});

describe('a request that no program of this machine sends', () => {
  async function send(
    headers: http.OutgoingHttpHeaders,
    method = 'GET',
    body = '',
    path = 'a',
  ): Promise<[number | undefined, string]> {
    return new Promise((resolve, reject) => {
      const options = { method, headers: { authorization: 'AWS4-HMAC-SHA256 Credential=x/y', ...headers } };
      const request = http.request(`${url}/acme-audio-dev/${path}`, options, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve([response.statusCode, text]);
      });
      request.on('error', reject).end(body);
    });
  }

  it('is refused: another host, a page of another site, no signature', async () => {
    const port = new URL(url).port;
    expect((await send({ host: `evil.example:${port}` }))[0]).toBe(403);
    expect((await send({ host: `127.0.0.1.evil.example:${port}` }))[0]).toBe(403);
    expect((await send({ host: '127.0.0.1:1' }))[0]).toBe(403);
    for (const origin of ['https://evil.example', 'null', `http://127.0.0.1:${port}`])
      expect(await send({ origin }, 'PUT')).toEqual([403, 'A web page may not call this address.\n']);
    expect((await send({ 'sec-fetch-site': 'same-site' }))[0]).toBe(403);
    expect(await send({ authorization: '' })).toMatchObject([403, expect.stringContaining('AccessDenied')]);
    expect((await send({ host: `localhost:${port}` }))[0]).toBe(404);
    expect(world.state.objects.size).toBe(0);
  });

  it('is refused as on AWS: a body that is no JSON object, a key with half a character', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    for (const target of [
      'DynamoDB_20120810.Query',
      'secretsmanager.GetSecretValue',
      'AmazonSQS.SendMessage',
    ])
      for (const body of ['\u001b[2J{', 'null', '[]', ''])
        expect(await send({ 'x-amz-target': target }, 'POST', body), target + body).toEqual([
          400,
          expect.stringContaining('SerializationException'),
        ]);
    expect((await send({}, 'PUT', '', '%E0%A4%A'))[0]).toBe(400);
    expect((await send({ 'x-amz-target': 'constructor.name' }, 'POST', '{}'))[0]).toBe(400);
    const QueueName = JSON.stringify({ QueueName: 'acme-audio-dlq-dev' });
    expect((await send({ 'x-amz-target': 'AmazonSQS.constructor' }, 'POST', QueueName))[1]).toContain(
      'UnsupportedOperation',
    );
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('ends quietly: an address that is none, an upload that is broken off', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { port } = new URL(url);
    const answerOf = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
        socket.once('data', (data) => resolve(data.toString('latin1'))).once('error', reject);
        socket.once('close', () => resolve(''));
        if (text.startsWith('PUT')) void sleep(50).then(() => socket.destroy());
      });
    expect(await answerOf(`GET //[ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`)).toContain(
      ' 400 Bad Request',
    );
    await answerOf(
      `PUT /acme-audio-dev/a HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 9\r\n\r\nRIFF`,
    );
    await sleep(50);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});
