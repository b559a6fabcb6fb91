// A stack in two regions on the local AWS without Terraform: tables, versioned buckets and queues, with events and
// recordings as the functions leave them. Commands run in the process of the test.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { DynamoDbSessionStore } from '../../../handlers/shared/adapters/dynamodb-session-store.ts';
import { type SessionEvent, sha256Hex, toSortKey } from '../../../handlers/shared/session-event.ts';
import { systemClock } from '../../../handlers/shared/system-clock.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/local-aws.ts';
import { type CommandRun, NOBODYS } from '../operator-command.ts';
import { runInProcess } from '../run-in-process.ts';

export const EU = 'eu-west-1';
export const US = 'us-east-1';
export const TABLE = 'acme-voice-sessions-live';
export const HOUR_MS = 3_600_000;

const TAGS = [
  { Key: 'Project', Value: 'acme-voice' },
  { Key: 'Environment', Value: 'live' },
  { Key: 'ManagedBy', Value: 'terraform' },
];

export class SessionsWorld {
  readonly aws: LocalAws;
  /** Holds the spec; the working directory of the commands. */
  readonly folder = mkdtempSync(join(tmpdir(), 'sessions-'));
  readonly nowMs = Date.now();

  static async start({ versioning = true } = {}): Promise<SessionsWorld> {
    const world = new SessionsWorld(await startLocalAws());
    for (const region of [EU, US]) await world.#build(region, versioning);
    return world;
  }

  constructor(aws: LocalAws) {
    this.aws = aws;
    for (const [name, value] of Object.entries({ ...NOBODYS, ...aws.env })) vi.stubEnv(name, value);
    const regions = `regions: [${EU}, ${US}]`;
    const environments = [
      `  live: { ${regions} }`,
      `  gone: { ${regions} }`,
      `  theirs: { ${regions}, account_id: "999988887777" }`,
    ];
    writeFileSync(this.config, ['project_name: acme-voice', 'environments:', ...environments].join('\n'));
    const guarded = [`  live: { ${regions}, protected: true }`];
    writeFileSync(this.protectedConfig, ['project_name: acme-voice', 'environments:', ...guarded].join('\n'));
  }

  get config(): string {
    return join(this.folder, 'sonotheia.config.yaml');
  }

  /** The same spec, with the environment protected. */
  get protectedConfig(): string {
    return join(this.folder, 'protected.config.yaml');
  }

  bucket(region: string): string {
    return `acme-voice-audio-live${region === EU ? '' : `-${region}`}`;
  }

  async stop(): Promise<void> {
    vi.unstubAllEnvs();
    await this.aws.stop();
    rmSync(this.folder, { recursive: true });
  }

  run(command: string, ...words: string[]): Promise<CommandRun> {
    return runInProcess(this.folder, [command, '--env', 'live', ...words]);
  }

  /** Stores an event as the webhook handler does. */
  async put(region: string, eventId: string, more: Partial<SessionEvent> = {}): Promise<SessionEvent> {
    const client = this.aws.client(DynamoDBClient, { region });
    const store = new DynamoDbSessionStore({ client, tableName: TABLE, clock: systemClock });
    const dedupeKey = more.dedupeKey ?? `event#${eventId}`;
    const event: SessionEvent = {
      sessionId: 'sess_1',
      timestamp: toSortKey(this.nowMs - HOUR_MS, dedupeKey),
      eventId,
      dedupeKey,
      eventType: 'deepfake.completed',
      data: {},
      status: 'announced',
      isTest: false,
      receivedAt: new Date(this.nowMs - HOUR_MS).toISOString(),
      ttl: 4_000_000_000,
      ...more,
    };
    await store.store(event, AbortSignal.timeout(60_000));
    return event;
  }

  /** Stores the result of a recording; returns the part of the event's id that is in the keys of its file. */
  async putResult(region: string, sessionId: string, file: { key: string; etag: string }): Promise<string> {
    const uploadId = sha256Hex(JSON.stringify([region, file]));
    await this.put(region, `audio_${uploadId.slice(0, 32)}`, {
      sessionId,
      dedupeKey: `audio#${uploadId}`,
      eventType: 'audio.processed',
      data: { ...file, size_bytes: 4, score: 0.1 },
    });
    return uploadId;
  }

  /** Returns the ETag. */
  async upload(region: string, Key: string, Body: string, more: object = {}): Promise<string> {
    const put = new PutObjectCommand({ Bucket: this.bucket(region), Key, Body, ...more });
    const { ETag = '' } = await this.aws.client(S3Client, { region }).send(put);
    return ETag.replaceAll('"', '');
  }

  /** Runs `work` with IAM enforced; the credentials have the policy, if it is given. */
  async asUser<T>(
    PolicyDocument: string | undefined,
    work: (env: Readonly<Record<string, string | undefined>>) => Promise<T>,
  ): Promise<T> {
    const iam = this.aws.client(IAMClient);
    const UserName = `user-${crypto.randomUUID()}`;
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    if (PolicyDocument !== undefined)
      await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'printed', PolicyDocument }));
    const keys = { AWS_ACCESS_KEY_ID: key?.AccessKeyId, AWS_SECRET_ACCESS_KEY: key?.SecretAccessKey };
    for (const [name, value] of Object.entries(keys)) vi.stubEnv(name, value);
    await this.aws.enforceIam(true);
    try {
      return await work({ ...this.aws.env, ...keys });
    } finally {
      await this.aws.enforceIam(false);
      for (const [name, value] of Object.entries(this.aws.env)) vi.stubEnv(name, value);
    }
  }

  /** Of versioned buckets, only that in America has Object Lock. */
  async #build(region: string, versioning: boolean): Promise<void> {
    await this.#createTable(region);
    const s3 = this.aws.client(S3Client, { region });
    const Bucket = this.bucket(region);
    const place = region === US ? {} : { CreateBucketConfiguration: { LocationConstraint: EU } as const };
    const lock = versioning && region === US ? { ObjectLockEnabledForBucket: true } : {};
    await s3.send(new CreateBucketCommand({ Bucket, ...place, ...lock }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    if (versioning) await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: TAGS } }));
    const tags = Object.fromEntries(TAGS.map(({ Key, Value }) => [Key, Value]));
    for (const kind of ['audio', 'audio-dlq', 'webhook-dlq', 'results-dlq'])
      await this.aws
        .client(SQSClient, { region })
        .send(new CreateQueueCommand({ QueueName: `acme-voice-${kind}-live`, tags }));
  }

  /** Only the table in Europe has the index. */
  async #createTable(region: string): Promise<void> {
    const names = ['session_id', 'timestamp', ...(region === EU ? ['event_type'] : [])];
    const keys = (hash: string) => [
      { AttributeName: hash, KeyType: 'HASH' as const },
      { AttributeName: 'timestamp', KeyType: 'RANGE' as const },
    ];
    const index = {
      IndexName: 'event_type-timestamp-index',
      KeySchema: keys('event_type'),
      Projection: { ProjectionType: 'ALL' as const },
    };
    const client = this.aws.client(DynamoDBClient, { region });
    const { TableDescription } = await client.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: keys('session_id'),
        AttributeDefinitions: names.map((AttributeName) => ({
          AttributeName,
          AttributeType: AttributeName === 'timestamp' ? 'N' : 'S',
        })),
        ...(region === EU ? { GlobalSecondaryIndexes: [index] } : {}),
      }),
    );
    await client.send(new TagResourceCommand({ ResourceArn: TableDescription?.TableArn, Tags: TAGS }));
  }
}
