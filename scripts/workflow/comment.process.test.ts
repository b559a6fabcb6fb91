// The comment on a pull request: created once, updated, and safe whatever the reports contain.
import { describe, expect, test } from 'vitest';
import { makeReport, useScriptRoom } from '../../test/support/workflow/workflow-script.ts';

const room = useScriptRoom();

describe('comment', () => {
  const ENVIRONMENTS = '["dev","prod"]';

  test('is created once and then updated, among any number of others', async () => {
    for (let id = 1; id <= 150; id += 1)
      room.github.posts.push({ id, number: id, body: 'hello', user: { login: 'ada' } });
    // Posts of other authors are not changed, even with the marker.
    room.github.posts.push({
      id: 151,
      number: 151,
      body: '<!-- sonotheia-terraform: plans -->',
      user: { login: 'eve' },
    });
    room.writeReport('dev', { status: 'changed', text: 'Plan: 3 to add\n```\n</details>' });
    expect((await room.run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    expect(room.github.posts).toHaveLength(152);
    const comment = room.github.posts.at(-1);
    expect(comment?.body).toContain('<summary>dev – Plan: 3 to add, 1 to change, 0 to destroy</summary>');
    expect(comment?.body).toContain('````\nPlan: 3 to add\n```\n</details>\n````');
    expect(comment?.body).toContain('<summary>prod – the plan failed</summary>');
    room.writeReport('dev', { status: 'same', text: 'No changes.' });
    expect((await room.run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    expect(room.github.posts).toHaveLength(152);
    expect(room.github.posts.at(-1)?.body).toContain('<summary>dev – no changes</summary>');
    expect(room.github.posts[150]?.body).toBe('<!-- sonotheia-terraform: plans -->');
  });

  test('fits with plans of any length: long ones are cut, short ones are not', async () => {
    room.writeReport('dev', { status: 'changed', text: '✂ 長い\n'.repeat(40_000) });
    room.writeReport('prod', { status: 'changed', text: `short ${'x'.repeat(3000)} whole` });
    expect((await room.run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    const body = room.github.posts.at(-1)?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThan(65_536);
    expect(Buffer.byteLength(body)).toBeGreaterThan(60_000);
    expect(body).toContain('… cut here: the whole plan is in the log of the run …');
    expect(body).toContain(' whole\n');
    expect(body).not.toContain('\uFFFD');
  });

  test('shows counts and losses above a plan of 92 KB, and its end', async () => {
    const text = `Terraform will perform …\n${'  + resource line\n'.repeat(5500)}Plan: 3 to add, 1 to change, 0 to destroy.`;
    expect(text.length).toBeGreaterThan(92_000);
    const losses = Array.from(
      { length: 30 },
      (_, index) => `module.a[${index}].aws_s3_bucket.audio: the bucket`,
    );
    room.writeReport('dev', { status: 'changed', text, losses });
    room.writeReport('prod', { status: 'same' });
    expect((await room.run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    const body = room.github.posts.at(-1)?.body ?? '';
    const [heading = '', plans = ''] = body.split('<details>');
    expect(heading).toContain(
      '- dev – Plan: 3 to add, 1 to change, 0 to destroy – LOSES DATA: 30\n- prod – no changes',
    );
    expect(heading).toContain('- ` module.a[0].aws_s3_bucket.audio: the bucket `');
    expect(heading).toContain('- and 10 more');
    expect(heading).toContain('[summary of the run](https://github.com/acme/voice/actions/runs/42)');
    expect(plans).toContain('Plan: 3 to add, 1 to change, 0 to destroy.\n```');
  });

  test('of a repeated old run does not replace the newer one', async () => {
    room.writeReport('dev', { status: 'changed' });
    const { exitCode, log } = await room.run(['comment', 'reports'], {
      ENVIRONMENTS,
      PULL_REQUEST_HEAD: 'older',
    });
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: expect.stringContaining('has a newer commit') });
    expect(room.github.posts).toEqual([]);
  });

  test('treats a forged report as a failed plan', async () => {
    /** Members that differ from a genuine report, or the whole file as text. */
    const forged: Record<string, object | string> = {
      'another-environment': { environment: 'dev</summary><b>' },
      'status-of-objects': { status: 'constructor' },
      'counts-of-markup': { counts: { add: '<b>' } },
      'counts-of-lists': { counts: [] },
      'losses-that-are-no-lines': { losses: [{}] },
      'text-that-is-none': { text: { length: 3 } },
      list: '[]',
      null: 'null',
      'no-json': '{',
    };
    const environments = Object.keys(forged);
    for (const [environment, forgery] of Object.entries(forged))
      room.writeReport(
        environment,
        typeof forgery === 'string'
          ? forgery
          : JSON.stringify({ ...makeReport(environment, { status: 'changed' }), ...forgery }),
      );
    const ENVIRONMENTS = JSON.stringify(environments);
    expect((await room.run(['comment', 'reports'], { ENVIRONMENTS })).exitCode).toBe(0);
    const body = room.github.posts.at(-1)?.body ?? '';
    for (const environment of environments)
      expect(body).toContain(`<summary>${environment} – the plan failed</summary>`);
    expect(body.split('The report of the plan cannot be read.')).toHaveLength(environments.length + 1);
    expect(body).not.toMatch(/<b>|function|\[object/);
  });

  test.each([401, 403, 404])('goes to the summary where the token may not comment (%i)', async (status) => {
    room.github.refuseWith = status;
    room.writeReport('dev', { status: 'changed' });
    const { exitCode, log, summary } = await room.run(['comment', 'reports'], { ENVIRONMENTS });
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: expect.stringContaining('::notice::') });
    expect(summary).toContain('plan of dev');
    expect(log).not.toContain('the-token');
  });

  test('fails after three attempts if GitHub fails', async () => {
    room.github.refuseWith = 502;
    room.writeReport('dev', { status: 'changed' });
    const { exitCode, log } = await room.run(['comment', 'reports'], { ENVIRONMENTS });
    expect({ exitCode, log }).toEqual({ exitCode: 1, log: expect.stringContaining('GitHub answered 502') });
    expect(room.github.requests.filter((request) => request.startsWith('POST'))).toHaveLength(3);
  });
});
