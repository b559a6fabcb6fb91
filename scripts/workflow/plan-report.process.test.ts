// The report of a plan job, and the gate before a loss of data.
import { describe, expect, test } from 'vitest';
import { makeReport, useScriptRoom } from '../../test/support/workflow/workflow-script.ts';

const room = useScriptRoom();

describe('report', () => {
  test('of a failed plan: its text is inert, without changes and losses', async () => {
    room.write('plan.txt', 'Error\u001b[31m\n::set-output name=x::y\n');
    const result = await room.run(['report', 'plan.txt'], { ENVIRONMENT: 'dev', PLAN_OUTCOME: 'failure' });
    expect({ exitCode: result.exitCode, output: result.output }).toEqual({ exitCode: 0, output: '' });
    expect(JSON.parse(room.read('plan-report-dev.json'))).toMatchObject({
      status: 'failed',
      text: 'Error\\u001b[31m\n::set-output name=x::y',
    });
    // The runner ignores commands between these two lines.
    const token = /^::stop-commands::(.+)$/m.exec(result.log)?.[1];
    expect(result.log).toMatch(new RegExp(`::set-output name=x::y\\n::${token}::`));
  });

  test('explains the fix if the plan role may not read a secret', async () => {
    room.write(
      'plan.txt',
      'Error: reading Secrets Manager Secret Version: operation error Secrets Manager: GetSecretValue, https response error StatusCode: 400, api error AccessDeniedException: not authorized',
    );
    const { summary } = await room.run(['report', 'plan.txt'], {
      ENVIRONMENT: 'dev',
      PLAN_OUTCOME: 'failure',
    });
    expect(summary).toContain('use 6.26 or newer');
  });
});

describe('a plan that loses data', () => {
  const lose = (losses: string[]): void =>
    room.write('plan-report-dev.json', JSON.stringify(makeReport('dev', { status: 'changed', losses })));
  test.each([
    ['nothing is typed', {}, 1, 'action apply, environment dev, confirm dev'],
    ['another name is typed', { CONFIRM: 'prod' }, 1, 'would destroy data'],
    ['its name is typed', { CONFIRM: 'dev' }, 0, 'aws_s3_bucket.audio'],
    ['it is protected', { CONFIRM: 'dev', PROTECTED: '["dev"]' }, 1, 'dev is protected'],
  ])('when %s', async (_, env, exitCode, message) => {
    lose(['module.a.aws_s3_bucket.audio: the bucket and all audio in it']);
    const result = await room.run(['confirm-losses'], { ENVIRONMENT: 'dev', PROTECTED: '[]', ...env });
    expect(result).toMatchObject({ exitCode, log: expect.stringContaining(message) });
  });

  test('does not count as one without losses if its report is unreadable', async () => {
    room.write('plan-report-dev.json', '{}');
    const env = { ENVIRONMENT: 'dev', PROTECTED: '[]', CONFIRM: 'dev' };
    expect((await room.run(['confirm-losses'], env)).exitCode).toBe(1);
  });
});
