// Scans of a table that AWS throttles or refuses: when they end, and what they report.
import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { AwsAccess } from './aws-access.ts';
import type { Stack } from './open-spec.ts';
import { findStoredEvents } from './stored-events.ts';

const STACK = { region: { name: 'us-east-1' }, names: { table: 'acme-sessions-dev' } } as unknown as Stack;
/** Less than the first pause of a throttled request. */
const SOON_MS = 900;
const named = (name: string): Error => Object.assign(new Error(name), { name });

/** Answers the scan of each segment. */
function answering(answer: (segment: number) => object): AwsAccess {
  const send = async ({ input }: { readonly input: { readonly Segment: number } }): Promise<object> => {
    const given = answer(input.Segment);
    if (given instanceof Error) throw given;
    return given;
  };
  return { client: () => ({ send }) } as unknown as AwsAccess;
}

async function find(aws: AwsAccess, options: { readonly signal?: AbortSignal; readonly timeoutMs?: number }) {
  const startedAtMs = performance.now();
  const { signal = new AbortController().signal, ...more } = options;
  const outcome = await findStoredEvents(aws, STACK, { signal, max: 10, ...more }).catch(String);
  expect(performance.now() - startedAtMs).toBeLessThan(SOON_MS);
  return outcome;
}

test('the time limit ends the pauses of throttled requests', async () => {
  const throttled = answering(() => named('ThrottlingException'));
  expect(await find(throttled, { timeoutMs: 50 })).toEqual({ events: [], isComplete: false, hasTable: true });
});

test('an interrupt is no time limit', async () => {
  const throttled = answering(() => named('ThrottlingException'));
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  const options = { signal: controller.signal, timeoutMs: 600_000 };
  expect(await find(throttled, options)).toContain('AbortError');
});

test('an error in one segment ends the pauses of the others', async () => {
  const aws = answering((segment) => named(segment === 2 ? 'AccessDeniedException' : 'ThrottlingException'));
  expect(await find(aws, {})).toContain('AccessDeniedException');
});

test('an answer within the time limit is complete; a missing table has no events', async () => {
  const options = { timeoutMs: 600_000 };
  expect(
    await find(
      answering(() => ({ Items: [] })),
      options,
    ),
  ).toMatchObject({ isComplete: true });
  const missing = new ResourceNotFoundException({ message: 'gone', $metadata: {} });
  expect(
    await find(
      answering(() => missing),
      options,
    ),
  ).toEqual({
    events: [],
    isComplete: true,
    hasTable: false,
  });
});
