import childProcess, { type ChildProcess } from 'node:child_process';
import { afterEach, expect, it, vi } from 'vitest';
import { loadEsbuild, startEsbuild, stopEsbuild } from './start-esbuild.mjs';

const { spawn } = childProcess;

afterEach(() => {
  stopEsbuild();
  vi.restoreAllMocks();
  expect(childProcess.spawn).toBe(spawn);
});

it('rejects, and leaves all as it was, where esbuild cannot be started', async () => {
  const failing = vi.spyOn(childProcess, 'spawn').mockImplementation(() => {
    throw new Error('not for this system');
  });
  const { GOGC } = process.env;
  await expect(startEsbuild()).rejects.toThrow('not for this system');
  expect(childProcess.spawn).toBe(failing);
  expect(process.env.GOGC).toBe(GOGC);
});

it('is ended at once, although a build waits for an answer', async () => {
  const spawned = vi.spyOn(childProcess, 'spawn');
  await startEsbuild();
  const child = spawned.mock.results[0]?.value as ChildProcess;
  const exited = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  const asked = new Promise<void>((resolve) => {
    const plugin = {
      name: 'silent',
      setup: ({ onLoad }: import('esbuild').PluginBuild) =>
        onLoad({ filter: /./ }, () => {
          resolve();
          return new Promise(() => {});
        }),
    };
    const entryPoints = [import.meta.filename];
    loadEsbuild()
      .build({ entryPoints, write: false, logLevel: 'silent', plugins: [plugin] })
      .catch(() => {});
  });
  await asked;
  stopEsbuild();
  expect(await exited).toBe('SIGKILL');
});
