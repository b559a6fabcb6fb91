import { expect, test } from 'vitest';
import { captureStreams } from '../../test/support/capture-streams.ts';
import { type Command, EXIT_FAULT, EXIT_PROBLEM } from './command.ts';
import { runCommand } from './run-command.ts';

/** Runs a command that throws; its exit code and stderr. */
async function fail(error: unknown): Promise<{ readonly exitCode: number; readonly text: string }> {
  const { streams, written } = captureStreams();
  const command: Command = {
    name: 'fail',
    text: 'Fails.',
    options: {},
    run: () => {
      throw error;
    },
  };
  const exitCode = await runCommand(command, [], { projectRoot: '/', workingDir: '/', streams });
  return { exitCode, text: written().error };
}

test('a file that cannot be written is a problem of the machine, in every command; anything else is a fault', async () => {
  const error = Object.assign(new Error("EACCES: permission denied, mkdir '.sonotheia'"), { code: 'EACCES' });
  const { exitCode, text } = await fail(error);
  expect(exitCode).toBe(EXIT_PROBLEM);
  expect(text).toMatch(/^A file cannot be written or read\.\n {2}why: EACCES.*'\.sonotheia'\n {2}fix: \S/);
  const fault = await fail(new TypeError('x is not a function'));
  expect(fault.exitCode).toBe(EXIT_FAULT);
  expect(fault.text).toContain('This is a fault of the tool');
});
