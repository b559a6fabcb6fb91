// The issues about drift: opened, updated and closed.
import { expect, test } from 'vitest';
import { useScriptRoom } from '../../test/support/workflow/workflow-script.ts';

const room = useScriptRoom();

test('drift opens one issue for each environment, updates it, and closes it when gone', async () => {
  const ENVIRONMENTS = '["dev","prod"]';
  room.writeReport('dev', { status: 'changed', text: 'memory: 512 -> 1024' });
  room.writeReport('prod', { status: 'same' });
  const first = await room.run(['drift', 'reports'], { ENVIRONMENTS });
  expect(first.exitCode, first.log).toBe(0);
  expect(room.github.posts).toMatchObject([
    {
      title: 'Drift in dev',
      body: expect.stringMatching(/dev – Plan: 3 to add, 1 to change[\s\S]*memory: 512 -> 1024/),
    },
  ]);
  expect(first.summary).toContain('| dev | yes; opened #1000 |\n| prod | none |');
  room.writeReport('dev', { status: 'changed', text: 'memory: 512 -> 2048' });
  expect((await room.run(['drift', 'reports'], { ENVIRONMENTS })).summary).toContain('updated #1000');
  expect(room.github.posts).toHaveLength(1);
  expect(room.github.posts[0]?.body).toContain('2048');
  room.writeReport('dev', { status: 'failed' });
  expect((await room.run(['drift', 'reports'], { ENVIRONMENTS })).summary).toContain(
    '| dev | unknown: the plan failed |',
  );
  expect(room.github.posts[0]?.state).toBeUndefined();
  room.writeReport('dev', { status: 'same' });
  expect((await room.run(['drift', 'reports'], { ENVIRONMENTS })).summary).toContain('none; closed #1000');
  expect(room.github.posts[0]).toMatchObject({ state: 'closed', state_reason: 'completed' });
});
