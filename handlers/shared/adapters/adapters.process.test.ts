// The adapters of both functions against the local AWS, which checks the assumptions of the in-memory tests.
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalServer, startLocalServer } from '../../../test/local-aws/local-server.ts';
import { LocalResources } from '../../../test/support/handlers/local-resources.ts';
import { SOURCE } from '../../../test/support/handlers/memory-ports.ts';
import { describeWithTools, MOTO } from '../../../test/support/required-tools.ts';
import { buildAnnouncement } from '../announcement.ts';
import type { JsonObject } from '../json.ts';
import { parseJson } from '../json.ts';
import { type SessionEvent, toSortKey } from '../session-event.ts';
import { systemClock } from '../system-clock.ts';
import { buildTombstone, FORGET_MARKER } from '../tombstone.ts';
import { DynamoDbSessionStore } from './dynamodb-session-store.ts';
import { SecretsManagerSource } from './secrets-manager-source.ts';
import { SnsResultsTopic } from './sns-results-topic.ts';

const signal = new AbortController().signal;
const CONTEXT = { source: SOURCE, thresholds: { high: 0.8, review: 0.5 } };
let server: LocalServer;
let aws: LocalResources;

beforeAll(async () => {
  if (!MOTO.isInstalled()) return;
  server = await startLocalServer();
  aws = new LocalResources(server.endpoint);
}, 60_000);

afterAll(() => server?.stop());

function eventOf(eventId: string, overrides: Partial<SessionEvent> = {}): SessionEvent {
  const dedupeKey = `event#${eventId}`;
  return {
    sessionId: 'sess_1',
    timestamp: toSortKey(1_767_616_496_789, dedupeKey),
    eventId,
    dedupeKey,
    eventType: 'deepfake.completed',
    data: { score: 0.82 },
    status: 'stored',
    isTest: false,
    receivedAt: '2026-01-05T12:34:56.789Z',
    ttl: 2_000_000_000,
    ...overrides,
  };
}

describeWithTools('DynamoDbSessionStore', [MOTO], () => {
  let store: DynamoDbSessionStore;
  beforeAll(async () => {
    const tableName = await aws.createTable('sessions');
    store = new DynamoDbSessionStore({ client: aws.dynamoDb, tableName, clock: systemClock });
  });

  test('stores an event once, also when a redelivery has another time, and returns the stored event', async () => {
    const event = eventOf('evt_once');
    expect(await store.store(event, signal)).toEqual({ outcome: 'stored' });
    const redelivered = eventOf('evt_once', { timestamp: toSortKey(1_767_616_999_000, 'event#evt_once') });
    expect(await store.store(redelivered, signal)).toEqual({ outcome: 'duplicate', event });
    expect(await store.find('event#evt_once', signal)).toEqual(event);
    expect(await store.find('event#evt_never', signal)).toBeUndefined();
  });

  test('refuses what was forgotten, with the items that an eraser writes', async () => {
    const upload = eventOf('audio_1', { sessionId: 'audio#0123', dedupeKey: 'audio#0123456789' });
    await store.store(upload, signal);
    const Item = { ...buildTombstone('session', 'sess_gone', { nowMs: Date.now() }) };
    await aws.dynamoDb.send(new PutItemCommand({ TableName: 'sessions', Item }));
    expect(await store.store(eventOf('evt_late', { sessionId: 'sess_gone' }), signal)).toEqual({
      outcome: 'forgotten',
    });
    const Key = { session_id: { S: 'delivery#audio#0123456789' }, timestamp: { N: '0' } };
    for (let time = 1; time <= 2; time += 1)
      await aws.dynamoDb.send(new UpdateItemCommand({ TableName: 'sessions', Key, ...FORGET_MARKER }));
    expect(await store.find('audio#0123456789', signal)).toBe('forgotten');
    expect(await store.store(upload, signal)).toEqual({ outcome: 'forgotten' });
  });

  test('stores two events of one session in one millisecond', async () => {
    const events = Array.from({ length: 20 }, (_, index) =>
      eventOf(`evt_same_${index}`, { sessionId: 'sess_same' }),
    );
    for (const event of events) await store.store(event, signal);
    const stored = (await aws.scanEvents('sessions')).filter((item) => item.session_id?.S === 'sess_same');
    expect(stored).toHaveLength(20);
  });

  test('stores one of many parallel deliveries', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => store.store(eventOf('evt_race'), AbortSignal.timeout(30_000))),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(1);
  });

  test('marks an event as announced, and does not recreate an expired item', async () => {
    const event = eventOf('evt_mark');
    await store.store(event, signal);
    await store.markAnnounced(event, signal);
    expect(await store.find(event.dedupeKey, signal)).toMatchObject({ status: 'announced' });
    const before = await aws.countItems('sessions');
    await store.markAnnounced(eventOf('evt_expired'), signal);
    expect(await store.find('event#evt_expired', signal)).toBeUndefined();
    expect(await aws.countItems('sessions')).toBe(before);
  });

  test('keeps all digits of numbers and all unusual data', async () => {
    const text = `{"big":12345678901234567890,"small":1e-7,"exact":0.1234567890123456789,"huge":1e300,
      "text":"\\ud800","list":[1,2.5,null,true,"",{}],"":"empty key","__proto__":{"polluted":true},"constructor":1,
      "deep":${'['.repeat(60)}1${']'.repeat(60)}}`;
    const event = eventOf('evt_odd', { data: parseJson(text) as JsonObject });
    await store.store(event, signal);
    const item = (await aws.scanEvents('sessions')).find(({ event_id }) => event_id?.S === 'evt_odd');
    expect(item?.data?.M).toMatchObject({
      big: { N: '12345678901234567890' },
      exact: { N: '0.1234567890123456789' },
      huge: { S: '1e+300' },
      text: { S: '"\\ud800"' },
      constructor: { N: '1' },
      unusable_keys: { S: '{"":"empty key","__proto__":{"polluted":true}}' },
    });
    expect(Number(item?.data?.M?.small?.N)).toBe(1e-7);
    expect(item?.data?.M?.list?.L).toHaveLength(6);
  });
});

describeWithTools('SecretsManagerSource', [MOTO], () => {
  test('reads the current and the previous version, plain or JSON', async () => {
    const secretId = await aws.createSecret('signing', 'first');
    const source = new SecretsManagerSource({ client: aws.secrets, secretId, jsonField: 'webhook_secret' });
    expect(await source.fetchVersions(signal)).toEqual(['first']);
    const rotated = { SecretId: secretId, SecretString: '{"webhook_secret":"second"}' };
    await aws.secrets.send(new PutSecretValueCommand(rotated));
    expect(await source.fetchVersions(signal)).toEqual(['second', 'first']);
  });

  test('returns no version of a secret that does not exist', async () => {
    const source = new SecretsManagerSource({
      client: aws.secrets,
      secretId: 'absent',
      jsonField: 'api_key',
    });
    expect(await source.fetchVersions(signal)).toEqual([]);
  });
});

describeWithTools('SnsResultsTopic', [MOTO], () => {
  test('publishes the message with the attributes that filters match on', async () => {
    const { topicArn, queueUrl } = await aws.createTopic('results');
    const data = { score: 0.8200001, label: 'likely_synthetic', recommended_action: 'deny' };
    const announcement = buildAnnouncement(eventOf('evt_1', { data, isTest: true }), CONTEXT);
    await new SnsResultsTopic(aws.sns, topicArn).publish(announcement, signal);
    const [envelope = '{}'] = await aws.drain(queueUrl);
    const { Message, MessageAttributes } = JSON.parse(envelope) as {
      Message: string;
      MessageAttributes: unknown;
    };
    expect(JSON.parse(Message)).toEqual(announcement);
    expect(MessageAttributes).toEqual({
      schema_version: { Type: 'String', Value: '1' },
      test: { Type: 'String', Value: 'true' },
      decision: { Type: 'String', Value: 'deny' },
      event_type: { Type: 'String', Value: 'deepfake.completed' },
      label: { Type: 'String', Value: 'likely_synthetic' },
      score: { Type: 'Number', Value: '0.82000' },
      risk: { Type: 'String', Value: 'high' },
    });
  });
});

describeWithTools('the local AWS', [MOTO], () => {
  test('refuses a message or an item that the schemas do not describe', async () => {
    const { topicArn } = await aws.createTopic('strict-results');
    const topic = new SnsResultsTopic(aws.sns, topicArn);
    const announcement = buildAnnouncement(eventOf('evt_strict'), CONTEXT);
    await expect(topic.publish({ ...announcement, risk: 'severe' as 'high' }, signal)).rejects.toThrow(
      "risk: 'severe' is not one of",
    );
    const tableName = await aws.createTable('strict');
    const store = new DynamoDbSessionStore({ client: aws.dynamoDb, tableName, clock: systemClock });
    const event = eventOf('evt_strict', { risk: 'severe' as 'high' });
    await expect(store.store(event, signal)).rejects.toThrow("risk: 'severe' is not one of");
    expect(await aws.countItems(tableName)).toBe(0);
  });
});

describeWithTools('subscriptions of the results topic', [MOTO], () => {
  const NOT_SAR = { event_type: [{ 'anything-but': { prefix: 'sar.' } }] };
  const FILTERS = {
    everything: NOT_SAR,
    high: { ...NOT_SAR, score: [{ numeric: ['>=', 0.8] }] },
    reports: { event_type: ['sar.filed'] },
    failed: { verified: ['false'] },
    verified: { verdict: ['verified'] },
    denied: { decision: ['deny'] },
    codes: { error_code: ['VERIFICATION_FAILED'] },
  };

  test('receive the events of their filters, and suspicious activity reports only when a filter names them', async () => {
    const { topicArn } = await aws.createTopic('filtered-results');
    const queues = new Map<string, string>();
    for (const [name, filter] of Object.entries(FILTERS))
      queues.set(name, await aws.subscribeQueue(topicArn, `filtered-${name}`, filter));
    const topic = new SnsResultsTopic(aws.sns, topicArn);
    const publish = (eventId: string, eventType: string, data: string) => {
      const event = eventOf(eventId, { eventType, data: parseJson(data) as JsonObject });
      return topic.publish(buildAnnouncement(event, CONTEXT), signal);
    };
    await publish('scored', 'deepfake.completed', '{"score":0.81999999999999995}');
    await publish('just', 'deepfake.completed', '{"score":0.80000000000000004}');
    await publish('below', 'deepfake.completed', '{"score":0.7999999}');
    await publish('tiny', 'deepfake.completed', '{"score":1e-7}');
    await publish('filed', 'sar.filed', '{"case_id":"sar-1"}');
    await publish('amended', 'sar.amended', '{"decision":"allow"}');
    await publish('match', 'mfa.completed', '{"verified":true}');
    await publish('no-match', 'mfa.failed', '{"verified":false,"error":{"code":"VERIFICATION_FAILED"}}');
    await publish('deny', 'audio.processed', '{"score":0.9,"recommended_action":"deny"}');
    const heard: Record<string, string[]> = {};
    for (const [name, url] of queues) {
      const bodies = (await aws.drain(url)).map((body) => JSON.parse(JSON.parse(body).Message));
      heard[name] = bodies.map(({ event_id }) => event_id).sort();
    }
    expect(heard).toEqual({
      everything: ['below', 'deny', 'just', 'match', 'no-match', 'scored', 'tiny'],
      high: ['deny', 'just', 'scored'],
      reports: ['filed'],
      failed: ['no-match'],
      verified: ['match'],
      denied: ['deny'],
      codes: ['no-match'],
    });
  });
});
