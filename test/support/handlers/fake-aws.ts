// A stack in the process: the answers of DynamoDB and S3 to the calls of an erasure.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { Subject } from '../../../scripts/forget/subjects.ts';
import { testCondition, updateItem } from '../../../scripts/local/services/dynamodb-expressions.ts';
import type { AwsAccess } from '../../../scripts/operator/aws-access.ts';
import { openSpec, selectEnvironment, selectStacks } from '../../../scripts/operator/open-spec.ts';
import type { Operation } from '../../../scripts/operator/operation.ts';

const PAGE = 1_000;
const INDEX = { IndexName: 'event_type-timestamp-index', IndexStatus: 'ACTIVE' };

type Item = Record<string, AttributeValue>;

export interface FakeVersion {
  readonly etag: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly isDeleteMarker?: boolean;
  readonly storageClass?: string;
}

/** As the SDK throws it. */
export function failWith(httpStatusCode: number, name: string): Error {
  return Object.assign(new Error(name), { name, $fault: 'client', $metadata: { httpStatusCode } });
}

export class FakeAws {
  /** By partition, then by sort key. */
  readonly table = new Map<string, Map<string, Item>>();
  /** One version of each key. */
  readonly versions = new Map<string, FakeVersion>();
  readonly calls: Record<string, number> = {};
  /** What a read shows that is not consistent: the table as it was a moment ago. */
  stale: FakeAws['table'] | undefined;

  put(item: Item): void {
    const partition = this.table.get(item.session_id?.S ?? '') ?? new Map<string, Item>();
    this.table.set(item.session_id?.S ?? '', partition.set(item.timestamp?.N ?? '', item));
  }

  /** May refuse a command by throwing. */
  check: (command: object) => void = () => undefined;

  async send(command: object): Promise<object> {
    const { name } = command.constructor;
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    this.check(command);
    if (command instanceof DescribeTableCommand)
      return { Table: { TableSizeBytes: 1, GlobalSecondaryIndexes: [INDEX] } };
    if (command instanceof QueryCommand) {
      const id = command.input.ExpressionAttributeValues?.[':partition']?.S ?? '';
      return { Items: [...(this.#read(command).get(id)?.values() ?? [])] };
    }
    if (command instanceof ScanCommand) return this.#scan(command);
    if (command instanceof PutItemCommand) this.#putIf(command);
    else if (command instanceof DeleteItemCommand) {
      const { session_id, timestamp } = command.input.Key ?? {};
      this.table.get(session_id?.S ?? '')?.delete(timestamp?.N ?? '');
    } else if (command instanceof UpdateItemCommand) {
      const { session_id, timestamp } = command.input.Key ?? {};
      this.put(updateItem(this.table.get(session_id?.S ?? '')?.get(timestamp?.N ?? ''), command.input));
    } else if (command instanceof ListObjectVersionsCommand) return this.#list(command.input.Prefix ?? '');
    else if (command instanceof GetObjectLockConfigurationCommand)
      throw Object.assign(new Error(), { name: 'ObjectLockConfigurationNotFoundError' });
    else if (command instanceof HeadObjectCommand) return this.#head(command.input.Key ?? '');
    else if (command instanceof GetObjectCommand) throw failWith(404, 'NoSuchKey');
    else if (command instanceof DeleteObjectCommand) this.versions.delete(command.input.Key ?? '');
    else throw new Error(`unexpected: ${name}`);
    return {};
  }

  #putIf({ input }: PutItemCommand): void {
    const { Item = {}, ConditionExpression: condition } = input;
    const present = this.table.get(Item.session_id?.S ?? '')?.get(Item.timestamp?.N ?? '') ?? {};
    if (condition !== undefined && !testCondition(condition, input, present))
      throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
    this.put(Item);
  }

  #read({ input }: { readonly input: { readonly ConsistentRead?: boolean | undefined } }): FakeAws['table'] {
    return input.ConsistentRead === true ? this.table : (this.stale ?? this.table);
  }

  /** Entries or events, also of others, a page at a time; the first segment has all items. The first page is empty. */
  #scan({ input }: ScanCommand): object {
    const [, name = ''] = /(#named|#type)/.exec(input.FilterExpression ?? '') ?? [];
    const attribute = input.ExpressionAttributeNames?.[name];
    if (attribute === undefined) throw new Error(`unexpected: ${input.FilterExpression}`);
    if (input.Segment !== 0) return { Items: [] };
    const all = [...this.#read({ input }).values()].flatMap((partition) => [...partition.values()]);
    if (input.ExclusiveStartKey === undefined) return { Items: [], LastEvaluatedKey: { at: { N: '0' } } };
    const start = Number(input.ExclusiveStartKey.at?.N);
    const Items = all.slice(start, start + PAGE).filter((item) => item[attribute] !== undefined);
    return {
      Items,
      ...(start + PAGE < all.length ? { LastEvaluatedKey: { at: { N: String(start + PAGE) } } } : {}),
    };
  }

  #head(key: string): object {
    const version = this.versions.get(key);
    if (version === undefined || version.isDeleteMarker === true) throw failWith(404, 'NotFound');
    return { Metadata: version.metadata, ETag: version.etag };
  }

  #list(prefix: string): object {
    const known = this.versions.has(prefix) ? [prefix] : [];
    const keys = prefix.endsWith('/')
      ? [...this.versions.keys()].filter((key) => key.startsWith(prefix))
      : known;
    const list = (isDeleteMarker: boolean) =>
      keys.flatMap((Key) => {
        const version = this.versions.get(Key);
        if ((version?.isDeleteMarker ?? false) !== isDeleteMarker) return [];
        const { etag: ETag, storageClass: StorageClass } = version ?? {};
        return [{ Key, VersionId: 'v1', IsLatest: true, Size: 4, ETag, StorageClass }];
      });
    return { Versions: list(false), DeleteMarkers: list(true) };
  }
}

/** A session with an event, its marker and, with `hasRecording`, a recording under incoming/ and its result. */
export function fillSession(aws: FakeAws, sessionId: string, index: number, hasRecording = false): void {
  const timestamp = { N: `${1_760_000_000 + index}` };
  const place = { event_session_id: { S: sessionId }, event_timestamp: timestamp };
  aws.put({
    session_id: { S: sessionId },
    timestamp,
    event_type: { S: 'mfa.completed' },
    event_id: { S: `evt_${index}` },
  });
  aws.put({
    session_id: { S: `delivery#event#evt_${index}` },
    timestamp: { N: '0' },
    ...place,
    ttl: { N: '4000000000' },
  });
  if (!hasRecording) return;
  const key = `incoming/${index}.wav`;
  const upload = String(index).padStart(64, '0');
  const recorded = { N: `${1_760_000_000 + index}.5` };
  const data = { M: { key: { S: key }, etag: { S: 'e' } } };
  const event_id = { S: `audio_${upload.slice(-32)}` };
  aws.put({
    session_id: { S: sessionId },
    timestamp: recorded,
    event_type: { S: 'audio.processed' },
    event_id,
    data,
  });
  aws.put({
    session_id: { S: `delivery#audio#${upload}` },
    timestamp: { N: '0' },
    ...place,
    event_timestamp: recorded,
    ttl: { N: '4000000000' },
  });
  aws.versions.set(key, { etag: '"e"', metadata: { 'session-id': sessionId } });
}

/** The stack of the example, and a plan's input. */
export function openExample(fake: FakeAws, subjects: readonly Subject[]) {
  const [stack] = selectStacks(selectEnvironment(openSpec('sonotheia.config.yaml'), ['dev']), [], {
    accountId: '123456789012',
  });
  if (stack === undefined) throw new Error('the example has an environment dev');
  const aws = {
    client: () => fake,
    findCaller: async () => ({ accountId: '123456789012' }),
  } as unknown as AwsAccess;
  const progress = { update: () => undefined, clear: () => undefined };
  const operation = {
    aws,
    signal: new AbortController().signal,
    terminal: { startProgress: () => progress },
    workingDir: mkdtempSync(join(tmpdir(), 'erasure-')),
  } as unknown as Operation;
  const planning = {
    stacks: [{ stack, queues: [] }],
    subjects,
    overruled: new Set<never>(),
    knownUploads: new Set<string>(),
  };
  return { operation, planning };
}
