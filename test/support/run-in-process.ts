// The generator's command line within the process of the test: quicker by far than a process for each run.
import { vi } from 'vitest';
import { main } from '../../generator/cli.ts';
import { PROJECT_ROOT } from './deployment/generated-tree.ts';
import type { CommandRun } from './operator-command.ts';

/** Runs a command in `folder`. As from a process, the output comes without its last newline. */
export async function runInProcess(folder: string, args: readonly string[]): Promise<CommandRun> {
  const workingDir = process.cwd();
  const signalHandlers = process.listeners('SIGINT');
  const printed = { stdout: '', stderr: '' };
  const streams = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    }),
  );
  process.chdir(folder);
  try {
    const exitCode = await main(args, PROJECT_ROOT);
    return { exitCode, stdout: cutNewline(printed.stdout), stderr: cutNewline(printed.stderr) };
  } finally {
    process.chdir(workingDir);
    for (const stream of streams) stream.mockRestore();
    for (const handler of process.listeners('SIGINT'))
      if (!signalHandlers.includes(handler)) process.off('SIGINT', handler);
  }
}

function cutNewline(text: string): string {
  return text.replace(/\n$/, '');
}
