// An erasure while functions still work on deliveries of the session, with the answers of AWS in the process.
import { statSync } from 'node:fs';
import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { listTargets } from '../../handlers/audio_processor/file-away.ts';
import { tombstoneKey } from '../../handlers/shared/tombstone.ts';
import { FakeAws, failWith, fillSession, openExample } from '../../test/support/handlers/fake-aws.ts';
import { explainAwsError } from '../operator/explain-aws-error.ts';
import { completeReceipt, eraseAll } from './erase-all.ts';
import { openReceipt } from './open-stacks.ts';
import { makePlan, type Plan } from './plan.ts';
import { toSubject } from './subjects.ts';

const CALLER = { accountId: '123456789012', arn: 'arn:aws:iam::123456789012:user/me', partition: 'aws' };

/** `work` is that of the functions, after the tombstones are written. */
async function forget(
  fake: FakeAws,
  work: () => void = () => undefined,
  subjects = [toSubject('session', 'sess_1')],
) {
  const { operation, planning } = openExample(fake, subjects);
  const plan = await makePlan(operation, planning);
  const [{ stack } = {}] = planning.stacks;
  if (stack === undefined) throw new Error('one stack');
  const receipt = openReceipt(operation, { environment: stack.environment, caller: CALLER, subjects });
  let rounds = 0;
  const settle = async (): Promise<void> => {
    rounds += 1;
    if (rounds === 1) work();
  };
  const last = await eraseAll(operation, { planning, plan, receipt, settle, onMore: () => undefined });
  completeReceipt(last, receipt);
  return {
    receipt,
    rounds,
    kept: last.kept,
    unseen: last.traces.flatMap((each) => each.unseen.map(({ text }) => text)),
  };
}

test('a recording that is filed meanwhile goes with its event, the only lead to it', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0, true);
  fake.versions.set('incoming/0.wav', { etag: '"e"' });
  const targets = listTargets({ key: 'incoming/0.wav', etag: 'e' }, 'processed/', '0'.repeat(64));
  const { receipt } = await forget(fake, () => {
    fake.versions.set('incoming/0.wav', { etag: '', isDeleteMarker: true });
    for (const { key, sourceEtag = '' } of targets)
      fake.versions.set(key, { etag: '"c"', metadata: { 'source-etag': sourceEtag } });
  });
  expect([...fake.versions.keys()]).toEqual([]);
  expect(receipt.count('recordings')).toBe(1 + targets.length);
});

test('the last search sees what was stored a moment before it', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0);
  fake.stale = new Map();
  const { receipt, rounds } = await forget(fake, () => fillSession(fake, 'sess_1', 1));
  expect([rounds, receipt.count('events'), receipt.count('entries')]).toEqual([2, 2, 2]);
  expect([...fake.table.values()].flatMap((items) => [...items.values()]).map(({ ttl }) => ttl)).toHaveLength(
    1,
  );
});

test('the search for a recording does not rely on the index, which lags behind', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0, true);
  fake.stale = new Map();
  const { receipt } = await forget(fake, undefined, [toSubject('recording', 'incoming/0.wav')]);
  expect([receipt.count('events'), receipt.count('entries'), receipt.count('recordings')]).toEqual([1, 1, 1]);
});

test('an archived recording stays, with its event and its marker', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0, true);
  const archived = { etag: '"e"', storageClass: 'GLACIER' };
  fake.versions.set('incoming/0.wav', archived);
  const { receipt, kept } = await forget(fake);
  expect(kept).toMatchObject([{ name: 'archived', what: '1 archived version of recordings' }]);
  expect([receipt.count('events'), receipt.count('entries'), receipt.count('recordings')]).toEqual([1, 1, 0]);
  expect(receipt.text.kept).toHaveLength(1);
  expect([...fake.versions]).toEqual([['incoming/0.wav', archived]]);
});

test('a tombstone that must last longer is not shortened', async () => {
  const fake = new FakeAws();
  for (const ttl of [{ N: '9999999999' }, undefined]) {
    const { session_id, timestamp } = tombstoneKey('session', 'sess_1');
    const tombstone = { session_id, timestamp, ...(ttl && { ttl }) };
    fake.put(tombstone);
    fillSession(fake, 'sess_1', 0);
    await forget(fake);
    expect(fake.table.get(session_id.S)?.get('0')).toEqual(tombstone);
  }
});

test('the receipt is for its owner only, and stays open while dead letters are hidden', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0);
  const { receipt } = await forget(fake);
  expect(statSync(receipt.path).mode & 0o077).toBe(0);
  for (const isDeadLetters of [true, false]) {
    const traces = [{ unseen: [{ text: '1 message', isDeadLetters }] }];
    const plan = { subjects: [], traces, kept: [] } as unknown as Plan;
    expect(completeReceipt(plan, receipt)).toBe(!isDeadLetters);
  }
});

test('tombstones come first, events last', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0, true);
  const order: string[] = [];
  fake.check = (command) => {
    if (command instanceof PutItemCommand) order.push('tombstone');
    if (command instanceof DeleteObjectCommand) order.push('recording');
    if (command instanceof DeleteItemCommand)
      order.push(command.input.Key?.session_id?.S === 'sess_1' ? 'event' : 'marker');
  };
  await forget(fake);
  expect(order).toEqual(['tombstone', 'tombstone', 'recording', 'marker', 'event', 'event']);
});

/** S3 answers a HEAD without a body: 400 both for a key of the uploader and for credentials that have expired. */
const refuseHead = (fake: FakeAws, getStatus: number, name: string): void => {
  fake.check = (command) => {
    if (command instanceof HeadObjectCommand) throw failWith(400, 'BadRequest');
    if (command instanceof GetObjectCommand) throw failWith(getStatus, name);
  };
};

test('a recording with a key of its uploader is not seen; it goes if an event leads to it', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0, true);
  fake.versions.set('processed/theirs.wav', { etag: '"t"' });
  refuseHead(fake, 404, 'NoSuchKey');
  const { unseen, receipt } = await forget(fake);
  expect([...fake.versions.keys()]).toEqual(['processed/theirs.wav']);
  expect(unseen).toEqual([expect.stringContaining('only their uploader has the key')]);
  expect(receipt.text.not_seen).toEqual(unseen);
});

test('credentials that expire are no key of an uploader', async () => {
  const fake = new FakeAws();
  fillSession(fake, 'sess_1', 0, true);
  refuseHead(fake, 400, 'ExpiredToken');
  const error = await forget(fake).catch((each: unknown) => each);
  expect(explainAwsError(error)?.what).toBe('The AWS credentials have expired.');
});
