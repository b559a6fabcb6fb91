// Sealed plans and states that pass between jobs.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { useScriptRoom } from '../../test/support/workflow/workflow-script.ts';

const room = useScriptRoom();

describe('a sealed plan', () => {
  const secret = { ENVIRONMENT: 'dev', PLAN_PASSPHRASE: 'a passphrase of some length' };
  let sum: string;

  beforeEach(async () => {
    room.write('reviewed.tfplan', Buffer.from([0, 1, 2, 255]));
    room.write('.terraform.lock.hcl', 'provider "a" {}\n');
    const { exitCode, output, log } = await room.run(['seal'], secret);
    expect(exitCode, log).toBe(0);
    sum = /^sha256=([0-9a-f]{64})\n$/.exec(output)?.[1] ?? '';
    rmSync(room.path('reviewed.tfplan'));
    rmSync(room.path('.terraform.lock.hcl'));
  });

  test('comes back byte for byte', async () => {
    expect((await room.run(['open'], { ...secret, PLAN_SHA256: sum })).exitCode).toBe(0);
    expect([...readFileSync(room.path('reviewed.tfplan'))]).toEqual([0, 1, 2, 255]);
    expect(room.read('.terraform.lock.hcl')).toBe('provider "a" {}\n');
  });

  test.each([
    ['another checksum', { PLAN_SHA256: 'ab'.repeat(32) }, 'checksum differs'],
    ['no checksum', { PLAN_SHA256: '' }, 'PLAN_SHA256 is not set'],
    ['another passphrase', { PLAN_PASSPHRASE: 'another passphrase, also long' }, 'cannot be opened'],
    ['another environment', { ENVIRONMENT: 'prod' }, 'cannot be opened'],
    ['a short passphrase', { PLAN_PASSPHRASE: 'short' }, 'shorter than 20'],
  ])('is refused with %s', async (_, env, message) => {
    const { exitCode, log } = await room.run(['open'], { ...secret, PLAN_SHA256: sum, ...env });
    expect({ exitCode, log }).toEqual({ exitCode: 1, log: expect.stringContaining(message) });
    expect(() => readFileSync(room.path('reviewed.tfplan'))).toThrow();
  });
});

describe('a state that could not be saved', () => {
  const secret = { ENVIRONMENT: 'dev', PLAN_PASSPHRASE: 'a passphrase of some length' };

  test('is kept encrypted, and comes back', async () => {
    room.write('errored.tfstate', '{"serial": 4, "secret": "voice"}');
    expect(await room.run(['seal-state'], secret)).toMatchObject({ exitCode: 0, output: 'kept=true\n' });
    expect(readFileSync(room.path('errored.sealed')).includes('voice')).toBe(false);
    rmSync(room.path('errored.tfstate'));
    expect((await room.run(['open-state'], { ...secret, ENVIRONMENT: 'prod' })).exitCode).toBe(1);
    expect((await room.run(['open-state'], secret)).exitCode).toBe(0);
    expect(room.read('errored.tfstate')).toBe('{"serial": 4, "secret": "voice"}');
  });

  test('is nothing to keep where Terraform saved it', async () => {
    expect(await room.run(['seal-state'], { ENVIRONMENT: 'dev' })).toMatchObject({ exitCode: 0, output: '' });
  });

  test('is not taken for a plan', async () => {
    room.write('errored.tfstate', '{}');
    await room.run(['seal-state'], secret);
    const sealed = readFileSync(room.path('errored.sealed'));
    room.write('plan.sealed', sealed);
    const PLAN_SHA256 = createHash('sha256').update(sealed).digest('hex');
    const result = await room.run(['open'], { ...secret, PLAN_SHA256 });
    expect(result).toMatchObject({ exitCode: 1, log: expect.stringContaining('cannot be opened') });
  });
});
