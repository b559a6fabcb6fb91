// 10,000 sessions in one run, in the process: no AWS, but its answers to the calls of an erasure.
import {
  type AttributeValue,
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { updateItem } from '../local/services/dynamodb-expressions.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { openSpec, selectEnvironment, selectStacks } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { eraseTraces, writeTombstones } from './erase.ts';
import { isEmpty, makePlan } from './plan.ts';
import { readSubjects, type Subject } from './subjects.ts';

const SESSIONS = 10_000;
/** One in ten has a recording. */
const RECORDINGS = SESSIONS / 10;
const PAGE = 1_000;

type Item = Record<string, AttributeValue>;

class FakeAws {
  /** By partition, then by sort key. */
  readonly table = new Map<string, Map<string, Item>>();
  readonly versions = new Map<string, { readonly etag: string; readonly sessionId: string }>();
  readonly calls: Record<string, number> = {};

  put(item: Item): void {
    const partition = this.table.get(item.session_id?.S ?? '') ?? new Map<string, Item>();
    this.table.set(item.session_id?.S ?? '', partition.set(item.timestamp?.N ?? '', item));
  }

  async send(command: object): Promise<object> {
    const { name } = command.constructor;
    this.calls[name] = (this.calls[name] ?? 0) + 1;
    if (command instanceof DescribeTableCommand) return { Table: { TableSizeBytes: 1 } };
    if (command instanceof QueryCommand) {
      const id = command.input.ExpressionAttributeValues?.[':partition']?.S ?? '';
      return { Items: [...(this.table.get(id)?.values() ?? [])] };
    }
    if (command instanceof ScanCommand) return this.#scan(command);
    if (command instanceof PutItemCommand) this.put(command.input.Item ?? {});
    else if (command instanceof DeleteItemCommand) {
      const { session_id, timestamp } = command.input.Key ?? {};
      this.table.get(session_id?.S ?? '')?.delete(timestamp?.N ?? '');
    } else if (command instanceof UpdateItemCommand) {
      const { session_id, timestamp } = command.input.Key ?? {};
      this.put(updateItem(this.table.get(session_id?.S ?? '')?.get(timestamp?.N ?? ''), command.input));
    } else if (command instanceof ListObjectVersionsCommand) return this.#list(command.input.Prefix ?? '');
    else if (command instanceof GetObjectLockConfigurationCommand)
      throw Object.assign(new Error(), { name: 'ObjectLockConfigurationNotFoundError' });
    else if (command instanceof HeadObjectCommand)
      return { Metadata: { 'session-id': this.versions.get(command.input.Key ?? '')?.sessionId } };
    else if (command instanceof DeleteObjectCommand) this.versions.delete(command.input.Key ?? '');
    else throw new Error(`unexpected: ${name}`);
    return {};
  }

  /** Entries or events, also of others, a page at a time; the first segment has all items. */
  #scan({ input }: ScanCommand): object {
    const [, name = ''] = /(#named|#type)/.exec(input.FilterExpression ?? '') ?? [];
    const attribute = input.ExpressionAttributeNames?.[name];
    if (attribute === undefined) throw new Error(`unexpected: ${input.FilterExpression}`);
    if (input.Segment !== 0) return { Items: [] };
    const all = [...this.table.values()].flatMap((partition) => [...partition.values()]);
    const start = Number(input.ExclusiveStartKey?.at?.N ?? 0);
    const Items = all.slice(start, start + PAGE).filter((item) => item[attribute] !== undefined);
    return {
      Items,
      ...(start + PAGE < all.length ? { LastEvaluatedKey: { at: { N: String(start + PAGE) } } } : {}),
    };
  }

  #list(prefix: string): object {
    const known = this.versions.has(prefix) ? [prefix] : [];
    const keys = prefix.endsWith('/')
      ? [...this.versions.keys()].filter((key) => key.startsWith(prefix))
      : known;
    const Versions = keys.map((Key) => ({
      Key,
      VersionId: 'v1',
      IsLatest: true,
      Size: 4,
      ETag: this.versions.get(Key)?.etag,
    }));
    return { Versions };
  }
}

function fill(aws: FakeAws, sessionId: string, index: number): void {
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
  if (index >= RECORDINGS) return;
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
  aws.versions.set(key, { etag: '"e"', sessionId });
}

function open(fake: FakeAws, subjects: readonly Subject[]) {
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
  } as unknown as Operation;
  const planning = {
    stacks: [{ stack, queues: [] }],
    subjects,
    overruled: new Set<never>(),
    knownUploads: new Set<string>(),
  };
  return { operation, planning };
}

test(`${SESSIONS} sessions: one scan before and one after, and nothing of others`, async () => {
  const fake = new FakeAws();
  const ids = Array.from({ length: SESSIONS }, (_, index) => `sess_${index}`);
  for (const [index, id] of ids.entries()) fill(fake, id, index);
  fill(fake, 'keeper', SESSIONS);
  const none = { recording: undefined, file: undefined };
  const subjects = ids.flatMap((session) => readSubjects({ ...none, session }, '.'));
  const { operation, planning } = open(fake, subjects);

  const plan = await makePlan(operation, planning);
  const [traces] = plan.traces;
  if (traces === undefined) throw new Error('one stack');
  expect([traces.events.length, traces.entries.length, traces.versions.length]).toEqual([
    SESSIONS + RECORDINGS,
    SESSIONS + RECORDINGS,
    RECORDINGS,
  ]);
  await writeTombstones(operation, plan);
  await eraseTraces(operation, traces, []);
  expect((await makePlan(operation, planning)).traces.every(isEmpty)).toBe(true);
  const left = [...fake.table.values()].flatMap((partition) => [...partition.values()]);
  const named = left.filter((item) => /sess_|evt_/.test(JSON.stringify(item)));
  expect(named.map(({ session_id }) => session_id?.S).sort()).toEqual([
    `delivery#event#evt_${SESSIONS}`,
    'keeper',
  ]);
  expect(left.length - named.length).toBe(SESSIONS + RECORDINGS + RECORDINGS);
  expect(fake.versions.size).toBe(0);
});

test('a list of recordings reads the table as often as one of them', async () => {
  const scans: number[] = [];
  for (const count of [2, RECORDINGS]) {
    const fake = new FakeAws();
    for (let index = 0; index < RECORDINGS; index += 1) fill(fake, `sess_${index}`, index);
    const none = { session: undefined, file: undefined };
    const keys = Array.from({ length: count }, (_, index) => `incoming/${index}.wav`);
    const subjects = keys.flatMap((recording) => readSubjects({ ...none, recording }, '.'));
    const { operation, planning } = open(fake, subjects);
    const [traces] = (await makePlan(operation, planning)).traces;
    expect([traces?.events.length, traces?.entries.length, traces?.versions.length]).toEqual([
      count,
      count,
      count,
    ]);
    scans.push(fake.calls.ScanCommand ?? 0);
  }
  expect(scans[1]).toBe(scans[0]);
});
