// 10,000 sessions in one run, in the process: no AWS, but its answers to the calls of an erasure.
import { expect, test } from 'vitest';
import { FakeAws, fillSession, openExample } from '../../test/support/handlers/fake-aws.ts';
import { eraseAll } from './erase-all.ts';
import { openReceipt } from './open-stacks.ts';
import { isEmpty, makePlan } from './plan.ts';
import { readSubjects } from './subjects.ts';

const SESSIONS = 10_000;
/** One in ten has a recording. */
const RECORDINGS = SESSIONS / 10;

test(`${SESSIONS} sessions: one scan before and one after, and nothing of others`, async () => {
  const fake = new FakeAws();
  const ids = Array.from({ length: SESSIONS }, (_, index) => `sess_${index}`);
  for (const [index, id] of ids.entries()) fillSession(fake, id, index, index < RECORDINGS);
  fillSession(fake, 'keeper', SESSIONS);
  const none = { recording: undefined, file: undefined };
  const subjects = ids.flatMap((session) => readSubjects({ ...none, session }, '.'));
  const { operation, planning } = openExample(fake, subjects);

  const plan = await makePlan(operation, planning);
  const [traces] = plan.traces;
  if (traces === undefined) throw new Error('one stack');
  expect([traces.events.length, traces.entries.length, traces.versions.length]).toEqual([
    SESSIONS + RECORDINGS,
    SESSIONS + RECORDINGS,
    RECORDINGS,
  ]);
  const { environment } = traces.stack;
  const caller = { accountId: '123456789012', arn: 'arn:aws:iam::123456789012:user/me', partition: 'aws' };
  const receipt = openReceipt(operation, { environment, caller, subjects });
  const settle = async (): Promise<void> => undefined;
  const last = await eraseAll(operation, { planning, plan, receipt, settle, onMore: () => undefined });
  expect(last.traces.every(isEmpty)).toBe(true);
  // Four segments, a page of 1,000 items each time.
  expect(fake.calls.ScanCommand).toBeLessThan(120);
  expect([receipt.count('events'), receipt.count('recordings')]).toEqual([SESSIONS + RECORDINGS, RECORDINGS]);
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
    for (let index = 0; index < RECORDINGS; index += 1) fillSession(fake, `sess_${index}`, index, true);
    const none = { session: undefined, file: undefined };
    const keys = Array.from({ length: count }, (_, index) => `incoming/${index}.wav`);
    const subjects = keys.flatMap((recording) => readSubjects({ ...none, recording }, '.'));
    const { operation, planning } = openExample(fake, subjects);
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
