import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FakeClock } from '../../test/support/handlers/memory-ports.ts';
import { startDeadline } from './deadline.ts';

const never = new AbortController().signal;

test('a deadline aborts after its delay, but not after clear()', async () => {
  const clock = new FakeClock();
  const kept = startDeadline(clock, 1_000);
  const cleared = startDeadline(clock, 1_000);
  cleared.clear();
  await clock.sleep(999, never);
  expect(kept.signal.aborted).toBe(false);
  await clock.sleep(1, never);
  expect(kept.signal.reason).toMatchObject({ name: 'TimeoutError' });
  expect(cleared.signal.aborted).toBe(false);
});

test('a deadline aborts with its parent and has the same reason', () => {
  const parent = new AbortController();
  const before = startDeadline(new FakeClock(), 1_000, parent.signal);
  const cleared = startDeadline(new FakeClock(), 1_000, parent.signal);
  cleared.clear();
  parent.abort('stop');
  expect(before.signal.reason).toBe('stop');
  expect(cleared.signal.aborted).toBe(false);
  expect(startDeadline(new FakeClock(), 1_000, parent.signal).signal.reason).toBe('stop');
});

test('no source uses AbortSignal.timeout, which garbage collection can stop', () => {
  const project = fileURLToPath(new URL('../..', import.meta.url));
  const sources = ['generator', 'handlers', 'scripts'].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /(?<!\.test)\.tsx?$/.test(file))
      .map((file) => join(project, folder, file)),
  );
  expect(sources.length).toBeGreaterThan(400);
  expect(sources.filter((file) => /AbortSignal\.(?:any|timeout)\(/.test(readFileSync(file, 'utf8')))).toEqual(
    [],
  );
});
