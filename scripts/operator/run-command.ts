// One operator's command as a process: arguments, Ctrl-C, exit code. 0 done, 1 a problem that the operator can solve,
// 2 a fault of the tool, 130 Ctrl-C.

import { formatProblem, Problem } from '../../generator/command-line/problem.ts';
import { formatLines, Terminal } from '../../generator/command-line/terminal.ts';
import { AwsAccess } from './aws-access.ts';
import { explainAwsError } from './explain-aws-error.ts';
import { type CommandModel, describeCommand, readOptions, type Values } from './options.ts';

const EXIT_PROBLEM = 1;
const EXIT_FAULT = 2;
/** As shells say it of a process that Ctrl-C ended. */
const EXIT_CANCELLED = 130;

/** What a command works with. */
export interface Operation {
  readonly values: Values;
  readonly terminal: Terminal;
  readonly aws: AwsAccess;
  /** Aborted by the first Ctrl-C; the second one ends the process. */
  readonly signal: AbortSignal;
  /** What the last line says if Ctrl-C comes from now on: what is done, and how to go on. */
  readonly onInterrupt: (text: string) => void;
}

export interface Command extends CommandModel {
  /** Throws a `Problem` for what the operator can solve. Returns false where it has told of problems itself. */
  readonly run: (operation: Operation) => Promise<boolean>;
}

/** Runs the command with the process's arguments and sets the process's exit code. */
export async function runCommand(command: Command): Promise<void> {
  const values = readOptions(command, process.argv.slice(2));
  if (typeof values === 'string') {
    process.stderr.write(`${formatLines(values)}\n${describeCommand(command)}`);
    process.exitCode = EXIT_PROBLEM;
  } else if (values.isSet('help')) process.stdout.write(describeCommand(command));
  else process.exitCode = await operate(command, values);
}

async function operate(command: Command, values: Values): Promise<number> {
  const controller = new AbortController();
  let lastLine = 'Nothing was changed.';
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT_CANCELLED);
    controller.abort(new Error('interrupted'));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  const terminal = new Terminal(controller.signal, interrupt);
  const aws = new AwsAccess();
  try {
    const onInterrupt = (text: string): void => {
      lastLine = text;
    };
    const isDone = await command.run({ values, terminal, aws, signal: controller.signal, onInterrupt });
    return isDone ? 0 : EXIT_PROBLEM;
  } catch (error) {
    if (controller.signal.aborted) {
      terminal.note(`\ncancelled: ${lastLine}`);
      return EXIT_CANCELLED;
    }
    return tell(error, terminal);
  } finally {
    terminal.close();
    aws.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
}

function tell(error: unknown, terminal: Terminal): number {
  const text = error instanceof Problem ? error.text : explainAwsError(error);
  if (text !== undefined) {
    terminal.note(formatProblem(text));
    return EXIT_PROBLEM;
  }
  const trace = error instanceof Error ? error.stack : error;
  terminal.note(['This is a fault of the tool, not of your input:', ...String(trace).split('\n')]);
  return EXIT_FAULT;
}
