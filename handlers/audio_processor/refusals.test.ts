// A verdict is announced whether or not the recording can be moved, and no recording overwrites another. Uses the real
// adapter and SDK client; an in-process S3 refuses what S3 refuses.
import { describe, expect, test } from 'vitest';
import type { StoredObject } from '../../scripts/local/services/s3-objects.ts';
import type { ServiceAnswer } from '../../scripts/local/services/service-answer.ts';
import type { S3Step } from '../../test/support/handlers/in-process-s3-client.ts';
import { OWN_KEY, StrictWorld } from '../../test/support/handlers/strict-audio-world.ts';
import type { UploadedObject } from './s3-event.ts';

const FOREIGN_KEY = 'arn:aws:kms:us-east-1:444455556666:key/foreign';
const KEY = 'incoming/a/call.wav';

function refuse(status: number, code: string): ServiceAnswer {
  return { status, body: `<Error><Code>${code}</Code></Error>` };
}

/** Delivers until it succeeds; rejects when a refusal causes a second delivery. */
async function deliverOnceAndAgain(world: StrictWorld, upload: UploadedObject) {
  const outcome = await world.process(upload);
  const verdict = world.verdict();
  const { steps } = world.s3;
  steps.length = 0;
  expect(await world.process(upload)).toBe('duplicate');
  expect(world.verdict()).toEqual(verdict);
  expect(steps, 'a second delivery asks S3 nothing').toEqual([]);
  return { outcome, verdict };
}

describe('a file that S3 refuses to read', () => {
  test.each<[string, Partial<StoredObject>, string, string, number]>([
    ['is archived', { storageClass: 'GLACIER' }, 'FILE_ARCHIVED', 'read', 3],
    ['is deeply archived', { storageClass: 'DEEP_ARCHIVE' }, 'FILE_ARCHIVED', 'read', 3],
    ['is encrypted with a key of the uploader', { hasCustomerKey: true }, 'CUSTOMER_KEY', 'head', 2],
    ['is denied by a policy', { isDenied: true }, 'ACCESS_DENIED', 'head', 2],
    ['has a foreign KMS key', { kmsKeyArn: FOREIGN_KEY, isKmsDenied: true }, 'ACCESS_DENIED', 'read', 3],
    ['is denied at the second look', { isKmsDenied: true }, 'ACCESS_DENIED', 'read', 3],
  ])('because it %s is rejected once, with its own code', async (_name, object, code, step, requests) => {
    const world = new StrictWorld();
    const upload = world.put(KEY, object);
    const counted = world.s3.steps;
    expect(await world.process(upload)).toBe('rejected');
    expect(counted).toHaveLength(requests);
    const { verdict } = { verdict: world.verdict() };
    expect(verdict).toEqual({
      type: 'audio.rejected',
      status: 'announced',
      code,
      targetKey: undefined,
      filing: { status: 'unfiled', code, step },
      announced: ['audio.rejected'],
      keys: [KEY],
    });
    expect(world.topic.published).toMatchObject([{ error_code: code }]);
    expect(await world.process(upload)).toBe('duplicate');
    expect(counted).toHaveLength(requests);
    expect(world.api.calls).toEqual([]);
  });

  test('because every file is denied returns to the queue', async () => {
    const world = new StrictWorld();
    const upload = world.put(KEY, { kmsKeyArn: OWN_KEY });
    for (const status of [400, 403]) {
      world.s3.intercept = (step) => (step === 'head' ? refuse(status, 'AccessDenied') : undefined);
      await expect(world.process(upload)).rejects.toMatchObject({
        reason: 'storage_refused',
        cause: { $metadata: { httpStatusCode: status } },
      });
    }
    world.s3.intercept = (step) => (step === 'get' ? refuse(403, 'AccessDenied') : undefined);
    await expect(world.process(upload)).rejects.toMatchObject({ cause: { name: 'AccessDenied' } });
    world.s3.intercept = (step) => (step === 'get' ? refuse(400, 'KMS.DisabledException') : undefined);
    await expect(world.process(upload)).rejects.toMatchObject({ cause: { name: 'KMS.DisabledException' } });
    expect(world.table.events()).toEqual([]);
    expect(world.topic.published).toEqual([]);
    world.s3.intercept = () => undefined;
    expect(await world.process(upload)).toBe('processed');
  });
});

describe('a permanent refusal', () => {
  const REFUSALS: readonly [string, number, string][] = [
    ['ACCESS_DENIED', 403, 'AccessDenied'],
    ['FILE_ARCHIVED', 403, 'ObjectNotInActiveTierError'],
    ['CUSTOMER_KEY', 400, 'InvalidRequest'],
    ['KMS_DISABLED_EXCEPTION', 400, 'KMS.DisabledException'],
    ['METHOD_NOT_ALLOWED', 405, 'MethodNotAllowed'],
  ];
  const STEPS = ['copy', 'verify', 'delete'] as const;
  const cases = STEPS.flatMap((step) => REFUSALS.map((refusal) => ({ step, refusal })));

  test.each(cases)(
    'to $step ($refusal.2) is recorded, and the verdict is announced',
    async ({ step, refusal }) => {
      const [ownCode, status, code] = refusal;
      const world = new StrictWorld();
      const upload = world.put(KEY);
      world.s3.intercept = (asked) => (asked === step ? refuse(status, code) : undefined);
      const { outcome, verdict } = await deliverOnceAndAgain(world, upload);
      // The response to HEAD has no code.
      const expectedCode = step === 'verify' ? (status === 403 ? 'ACCESS_DENIED' : 'CUSTOMER_KEY') : ownCode;
      expect(outcome).toBe('processed');
      expect(verdict).toMatchObject({
        type: 'audio.processed',
        status: 'announced',
        targetKey: step === 'delete' ? 'processed/a/call.wav' : undefined,
        filing: { status: step === 'delete' ? 'copied' : 'unfiled', code: expectedCode, step },
        announced: ['audio.processed'],
      });
      expect(verdict.keys).toContain(KEY);
      expect(world.api.calls).toHaveLength(1);
      expect(world.telemetry.total('FilesUnfiled')).toBe(2);
    },
  );

  test('of the key (1,024 bytes) moves the file to a shorter one with the same folder and extension', async () => {
    const world = new StrictWorld();
    const name = `${'ü'.repeat(506)}`;
    const key = `incoming/a/${name}.wav`;
    expect(Buffer.byteLength(key)).toBe(1_027);
    for (const cut of [key.replace('üü.wav', 'u.wav'), `incoming/${'x'.repeat(1_015)}`]) {
      const strict = new StrictWorld();
      expect(Buffer.byteLength(cut)).toBe(1_024);
      const upload = strict.put(cut, { metadata: { owner: 'x' } });
      const { verdict } = await deliverOnceAndAgain(strict, upload);
      expect(verdict).toMatchObject({
        status: 'announced',
        filing: { status: 'filed' },
        keys: [verdict.targetKey],
      });
      expect(verdict.targetKey).toMatch(/^processed\/(?:a\/ü+\.[0-9a-f]{32}\.wav|x+\.[0-9a-f]{32})$/);
      expect(Buffer.byteLength(verdict.targetKey ?? '')).toBeLessThanOrEqual(1_024);
    }
    expect(world.table.events()).toEqual([]);
  });

  test.each([1_900, 2_004, 2_005, 2_020, 2_048])(
    'of %i bytes of metadata moves the file with all of them',
    async (bytes) => {
      const world = new StrictWorld();
      const metadata = {
        'session-id': 's',
        filler: 'x'.repeat(bytes - 'session-id'.length - 1 - 'filler'.length),
      };
      const { verdict } = await deliverOnceAndAgain(world, world.put(KEY, { metadata }));
      expect(verdict).toMatchObject({
        status: 'announced',
        filing: { status: 'filed' },
        keys: [verdict.targetKey],
      });
      expect(world.s3.objects.get(verdict.targetKey ?? '')?.metadata).toMatchObject(metadata);
      expect(verdict.targetKey === 'processed/a/call.wav').toBe(bytes + 'source-etag'.length + 32 <= 2_048);
    },
  );

  test('is recorded without a copy for a file that is too large to copy in time', async () => {
    const world = new StrictWorld();
    const upload = world.put(KEY);
    world.s3.intercept = (step) =>
      step === 'head'
        ? { status: 200, headers: { etag: `"${upload.etag}"`, 'content-length': String(6 * 1024 ** 3) } }
        : undefined;
    const { verdict } = await deliverOnceAndAgain(world, { ...upload, sizeBytes: 6 * 1024 ** 3 });
    expect(verdict).toMatchObject({
      code: 'FILE_TOO_LARGE',
      filing: { code: 'TOO_LARGE_TO_COPY', step: 'copy' },
    });
  });
});

describe('a transient failure', () => {
  const TROUBLE: readonly [string, () => ServiceAnswer][] = [
    ['SlowDown', () => refuse(503, 'SlowDown')],
    ['InternalError', () => refuse(500, 'InternalError')],
    ['OperationAborted', () => refuse(409, 'OperationAborted')],
    ['ConditionalRequestConflict', () => refuse(409, 'ConditionalRequestConflict')],
    ['every request denied', () => refuse(403, 'AccessDenied')],
    ['RequestTimeout', () => refuse(400, 'RequestTimeout')],
    ['ExpiredToken', () => refuse(400, 'ExpiredToken')],
    ['RequestTimeTooSkewed', () => refuse(403, 'RequestTimeTooSkewed')],
    ['KMS.ThrottlingException', () => refuse(400, 'KMS.ThrottlingException')],
    [
      'no answer',
      () => {
        throw new Error('socket hang up');
      },
    ],
  ];
  const STEPS: readonly S3Step[] = ['head', 'get', 'copy', 'verify', 'delete'];
  const cases = STEPS.flatMap((step) => TROUBLE.map(([name, answer]) => ({ step, name, answer })));

  test.each(cases)(
    '($name, at $step) is retried without a second API call or announcement',
    async ({ step, answer }) => {
      const world = new StrictWorld();
      const upload = world.put(KEY);
      let hasBegun = false;
      world.s3.intercept = (asked) => {
        hasBegun ||= asked === step;
        return hasBegun ? answer() : undefined;
      };
      await expect(world.process(upload)).rejects.toThrow();
      const isKnown = step === 'copy' || step === 'verify' || step === 'delete';
      expect(world.topic.published).toHaveLength(isKnown ? 1 : 0);
      world.s3.intercept = () => undefined;
      await world.process(upload);
      expect(world.verdict()).toMatchObject({
        type: 'audio.processed',
        targetKey: 'processed/a/call.wav',
        filing: { status: 'filed' },
        announced: ['audio.processed'],
        keys: ['processed/a/call.wav'],
      });
      expect(world.api.calls).toHaveLength(1);
    },
  );
});
