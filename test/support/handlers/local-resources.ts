// Creates the stack's resources on the local AWS with the SDK; the end-to-end tests use Terraform instead.
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  paginateScan,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  PutBucketNotificationConfigurationCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Item } from '../../../scripts/local/services/dynamodb-values.ts';

/** The sessions table without its index, for `CreateTableCommand`. */
export const SESSIONS_TABLE = {
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'session_id', KeyType: 'HASH' },
    { AttributeName: 'timestamp', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'session_id', AttributeType: 'S' },
    { AttributeName: 'timestamp', AttributeType: 'N' },
  ],
} satisfies Omit<CreateTableCommandInput, 'TableName'>;

export class LocalResources {
  readonly dynamoDb: DynamoDBClient;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;

  /** The default credentials do not work where IAM is enforced. */
  constructor(endpoint: string, credentials = { accessKeyId: 'test', secretAccessKey: 'test' }) {
    const options = { endpoint, region: 'us-east-1', credentials };
    this.dynamoDb = new DynamoDBClient(options);
    this.s3 = new S3Client({ ...options, forcePathStyle: true });
    this.secrets = new SecretsManagerClient(options);
    this.sns = new SNSClient(options);
    this.sqs = new SQSClient(options);
  }

  async createTable(TableName: string): Promise<string> {
    await this.dynamoDb.send(new CreateTableCommand({ TableName, ...SESSIONS_TABLE }));
    return TableName;
  }

  async createBucket(Bucket: string): Promise<string> {
    await this.s3.send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }

  /** A queue that S3 notifies about uploads under incoming/; returns its URL. */
  async createUploadQueue(Bucket: string, QueueName: string): Promise<string> {
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { QueueUrl = '' } = await this.sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: { Policy } }),
    );
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const notification = {
      QueueArn: Attributes?.QueueArn,
      Events: ['s3:ObjectCreated:*' as const],
      Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: 'incoming/' }] } },
    };
    const NotificationConfiguration = { QueueConfigurations: [notification] };
    await this.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
    return QueueUrl;
  }

  /** The ETag of every object by its key. */
  async listObjects(Bucket: string): Promise<Map<string, string>> {
    const etags = new Map<string, string>();
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket })) {
      for (const { Key = '', ETag = '' } of page.Contents ?? []) etags.set(Key, ETag.replaceAll('"', ''));
    }
    return etags;
  }

  async createSecret(Name: string, SecretString: string): Promise<string> {
    const { ARN = '' } = await this.secrets.send(new CreateSecretCommand({ Name, SecretString }));
    return ARN;
  }

  /** A topic with a subscribed queue, from which a test reads the published messages. */
  async createTopic(name: string): Promise<{ topicArn: string; queueUrl: string }> {
    const { TopicArn: topicArn = '' } = await this.sns.send(new CreateTopicCommand({ Name: name }));
    return { topicArn, queueUrl: await this.subscribeQueue(topicArn, name) };
  }

  /** Creates a queue that is subscribed to a topic; returns its URL. */
  async subscribeQueue(topicArn: string, QueueName: string, filter?: object): Promise<string> {
    const { url, arn } = await this.createReceiver(topicArn, QueueName);
    const subscribe = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: arn };
    const filterAttributes = filter === undefined ? {} : { FilterPolicy: JSON.stringify(filter) };
    await this.sns.send(new SubscribeCommand({ ...subscribe, Attributes: filterAttributes }));
    return url;
  }

  /** Creates a queue to which a topic may send. */
  async createReceiver(topicArn: string, QueueName: string): Promise<{ url: string; arn: string }> {
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { QueueUrl: url = '' } = await this.sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: { Policy } }),
    );
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    );
    return { url, arn: Attributes?.QueueArn ?? '' };
  }

  /** Removes the queue and all subscriptions of the topic. */
  async removeSubscribers(TopicArn: string, QueueUrl: string): Promise<void> {
    const { Subscriptions = [] } = await this.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    for (const { SubscriptionArn } of Subscriptions)
      await this.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await this.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  }

  /** The bodies of all messages in a queue. */
  async drain(QueueUrl: string): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
      });
      const { Messages = [] } = await this.sqs.send(command);
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = '' }) => Body));
    }
  }

  /** The number of markers and events. */
  async countItems(TableName: string): Promise<number> {
    const { Count = 0 } = await this.dynamoDb.send(new ScanCommand({ TableName, ConsistentRead: true }));
    return Count;
  }

  /** The stored events, without the markers. */
  async scanEvents(TableName: string): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of paginateScan({ client: this.dynamoDb }, { TableName, ConsistentRead: true })) {
      items.push(...(page.Items ?? []));
    }
    return items.filter((item) => item.event_id !== undefined);
  }
}
