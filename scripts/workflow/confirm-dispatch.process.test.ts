// The refs on which a run may plan and apply, and the inputs that may start one by hand.
import { describe, expect, test } from 'vitest';
import { useScriptRoom } from '../../test/support/workflow/workflow-script.ts';

const room = useScriptRoom();

describe('the head of the branch', () => {
  const head = (GITHUB_REF: string, GITHUB_SHA: string, DEPLOYED_BRANCH = 'main') =>
    room.run(['head'], { GITHUB_REF, GITHUB_SHA, DEPLOYED_BRANCH });
  test.each<[string, [string, string, string?], number, string]>([
    ['is planned and applied', ['refs/heads/main', 'c2'], 0, 'c2 is the head of main'],
    ['may have slashes', ['refs/heads/release/eu', 'c3', 'release/eu'], 0, 'is the head'],
    ['is not an old commit', ['refs/heads/main', 'c1'], 1, 'commit c1 is not the head of main (c2)'],
    ['is not a tag of its name', ['refs/tags/main', 'c2'], 1, 'this run is on refs/tags/main'],
    ['is not another branch', ['refs/heads/feature', 'c2'], 1, 'this run is on refs/heads/feature'],
    [
      'is not a ref that speaks to the runner',
      ['refs/heads/a\n::warning::b\u202e', 'c2'],
      1,
      'a%0A::warning::b\\u202e:',
    ],
    ['is not a branch that is gone', ['refs/heads/gone', 'c2', 'gone'], 1, 'GitHub answered 404'],
  ])('%s', async (_, args, exitCode, message) => {
    expect(await head(...args)).toMatchObject({ exitCode, log: expect.stringContaining(message) });
  });
});

describe('inputs of a run by hand', () => {
  const LOCK_ID = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
  const base = {
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: 'c2',
    DEPLOYED_BRANCH: 'main',
    ENVIRONMENTS: '["dev","prod"]',
    PROTECTED: '["prod"]',
    ENVIRONMENT: 'dev',
  };
  test.each<[string, Record<string, string>, number, string]>([
    ['apply', { ACTION: 'apply' }, 0, ''],
    ['apply, confirmed', { ACTION: 'apply', CONFIRM: 'dev' }, 0, ''],
    ['apply, confirmed for another', { ACTION: 'apply', CONFIRM: 'prod' }, 1, 'confirm must be dev'],
    ['destroy, confirmed', { ACTION: 'destroy', CONFIRM: 'dev' }, 0, ''],
    ['destroy, not confirmed', { ACTION: 'destroy' }, 1, 'Nothing was destroyed'],
    ['destroy, confirmed for another', { ACTION: 'destroy', CONFIRM: 'Dev' }, 1, 'confirm must be dev'],
    [
      'destroy of a protected one',
      { ACTION: 'destroy', ENVIRONMENT: 'prod', CONFIRM: 'prod' },
      1,
      'prod is protected',
    ],
    ['unlock', { ACTION: 'unlock', LOCK_ID }, 0, ''],
    ['unlock of no lock', { ACTION: 'unlock' }, 1, 'LOCK_ID is not set'],
    ['unlock with an option', { ACTION: 'unlock', LOCK_ID: '-force' }, 1, 'lock_id must be the ID'],
    ['unlock with two lines', { ACTION: 'unlock', LOCK_ID: `${LOCK_ID}\n` }, 1, 'lock_id must be the ID'],
    ['an unknown action', { ACTION: 'constructor' }, 1, 'action must be one of apply, unlock, destroy'],
    [
      'an unknown environment',
      { ACTION: 'apply', ENVIRONMENT: 'stage' },
      1,
      'environment must be one of dev, prod',
    ],
    ['a tag', { ACTION: 'apply', GITHUB_REF: 'refs/tags/main' }, 1, 'this run is on refs/tags/main'],
    ['an old commit', { ACTION: 'destroy', CONFIRM: 'dev', GITHUB_SHA: 'c1' }, 1, 'is not the head'],
  ])('%s', async (_, env, exitCode, message) => {
    const result = await room.run(['confirm'], { ...base, ...env });
    expect(result).toMatchObject({ exitCode, log: expect.stringContaining(message) });
  });
});
