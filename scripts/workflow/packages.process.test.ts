// Zips from another job, and a step that does not exist.
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { useScriptRoom } from '../../test/support/workflow/workflow-script.ts';

const room = useScriptRoom();

test('the job fails unless the packages match the manifest', async () => {
  room.write('lambda/a.zip', 'abc');
  const sha = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  room.write('.sonotheia-manifest.json', JSON.stringify({ sha256: { 'lambda/a.zip': sha, 'main.tf': 'x' } }));
  expect((await room.run(['verify-packages'])).exitCode).toBe(0);
  room.write('lambda/a.zip', 'abd');
  expect(await room.run(['verify-packages'])).toMatchObject({
    exitCode: 1,
    log: expect.stringContaining('is not the package'),
  });
  rmSync(room.path('lambda/a.zip'));
  expect((await room.run(['verify-packages'])).exitCode).toBe(1);
});

test('a name from Object.prototype is no step', async () => {
  expect(await room.run(['constructor'])).toMatchObject({
    exitCode: 1,
    log: expect.stringContaining('usage:'),
  });
});
