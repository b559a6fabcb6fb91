// Runs one command in this process: arguments, Ctrl-C, problems, exit code.
import { setMaxListeners } from 'node:events';
import { locateDocuments } from '../text/name-documents.ts';
import {
  type Command,
  type CommandContext,
  EXIT_CANCELLED,
  EXIT_DONE,
  EXIT_FAULT,
  EXIT_PROBLEM,
} from './command.ts';
import { explainFileError } from './explain-file-error.ts';
import { type Arguments, formatHelp, parseArguments } from './parse-arguments.ts';
import { printProblem } from './print-diagnostics.ts';
import { formatProblem, Problem } from './problem.ts';
import type { Streams } from './streams.ts';
import { Cancelled, Terminal } from './terminal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

type Surroundings = Pick<CommandContext, 'projectRoot' | 'workingDir'> & { readonly streams?: Streams };

/** Runs the command with the arguments after its name, and returns the exit code. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  { streams, ...place }: Surroundings,
): Promise<number> {
  const controller = new AbortController();
  // Each request of a command adds a listener; Node.js would warn of a leak at the 11th.
  setMaxListeners(0, controller.signal);
  let lastLine = 'Nothing was changed.';
  const interrupt = (): void => controller.abort(new Cancelled('interrupted'));
  const stopListening = listenForSignals(command, controller.signal, interrupt);
  const terminal = new Terminal(
    controller.signal,
    interrupt,
    streams,
    locateDocuments(place.projectRoot, place.workingDir),
  );
  const onInterrupt = (text: string): void => {
    lastLine = text;
  };
  try {
    const parsed = readArguments(command, argv, terminal);
    if (typeof parsed === 'number') return parsed;
    const context = { ...place, terminal, signal: controller.signal, onInterrupt };
    return await command.run(parsed.values, context, parsed.words);
  } catch (error) {
    if (!controller.signal.aborted) return report(error, { ...place, terminal });
    terminal.writeError('\n');
    terminal.note(`cancelled: ${lastLine}`);
    return EXIT_CANCELLED;
  } finally {
    terminal.close();
    stopListening();
  }
}

/** Returns the parsed arguments, or the exit code after printing the help. */
function readArguments(command: Command, argv: readonly string[], terminal: Terminal): Arguments | number {
  try {
    const parsed = parseArguments(command, argv);
    if (parsed !== 'help') return parsed;
    terminal.write(terminal.nameDocuments(formatHelp(command)));
    return EXIT_DONE;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    terminal.note([...formatProblem(error.text), '']);
    terminal.writeError(terminal.nameDocuments(formatHelp(command)));
    return EXIT_PROBLEM;
  }
}

/** Returns a function that removes the listeners. */
function listenForSignals(command: Command, signal: AbortSignal, interrupt: () => void): () => void {
  const onSignal = (): void => {
    // Safe to exit: Node.js delivers a signal only after a synchronous write of the tree has finished.
    if (signal.aborted || command.isGraceful !== true) process.exit(EXIT_CANCELLED);
    interrupt();
  };
  const listened = command.isGraceful === true ? SIGNALS : SIGNALS.slice(0, 1);
  for (const name of listened) process.on(name, onSignal);
  return () => {
    for (const name of listened) process.off(name, onSignal);
  };
}

function report(error: unknown, context: Pick<CommandContext, 'terminal' | 'workingDir'>): number {
  const { terminal } = context;
  if (error instanceof Problem) {
    printProblem(error, context);
    return EXIT_PROBLEM;
  }
  const text = explainFileError(error);
  if (text !== undefined) {
    terminal.note(formatProblem(text));
    return EXIT_PROBLEM;
  }
  const trace = error instanceof Error ? error.stack : error;
  terminal.note(['This is a fault of the tool, not of your input:', ...String(trace).split('\n')]);
  return EXIT_FAULT;
}
