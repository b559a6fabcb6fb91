// argv -> command -> exit code. The only file that touches the process and its streams.
import { createInterface } from 'node:readline';
import {
  type Command,
  type CommandContext,
  EXIT_CANCELLED,
  EXIT_DONE,
  EXIT_FAULT,
  EXIT_PROBLEM,
} from './commands/command.ts';
import { suggestName } from './commands/usage-error.ts';
import { mapStack } from './launcher/map-stack.mjs';
import { Cancelled, type Io } from './report/io.ts';
import { escapeUnsafe } from './report/visible-text.ts';

/**
 * Runs one of the commands and returns the exit code. Without a command's name the arguments are those of the first
 * one.
 */
export async function runCli(
  commands: readonly [Command, ...Command[]],
  argv: readonly string[],
  project: Pick<CommandContext, 'projectRoot' | 'generatorDigest'>,
): Promise<number> {
  const context: CommandContext = { io: openIo(), ...project, workingDir: process.cwd() };
  // What is being written is finished first: writing does not give way, so the signal waits behind it.
  process.once('SIGINT', () => process.exit(130));
  try {
    return await dispatch(commands, argv, context);
  } catch (error) {
    if (error instanceof Cancelled) {
      context.io.err('\ncancelled: nothing was written\n');
      return EXIT_CANCELLED;
    }
    const details = error instanceof Error ? mapStack(error.stack ?? '', project.projectRoot) : String(error);
    context.io.err(`This is a fault of the generator, not of your spec:\n${details}\n`);
    return EXIT_FAULT;
  }
}

async function dispatch(
  commands: readonly [Command, ...Command[]],
  argv: readonly string[],
  context: CommandContext,
): Promise<number> {
  const [first, ...rest] = argv;
  if (first === '--help' || first === '-h' || first === 'help') {
    context.io.out(listCommands(commands));
    return EXIT_DONE;
  }
  if (first === undefined || first.startsWith('-')) return await commands[0].run(argv, context);
  const command = commands.find(({ name }) => name === first);
  if (command !== undefined) return await command.run(rest, context);
  const hint = suggestName(
    first,
    commands.map(({ name }) => name),
  );
  context.io.err(`There is no command ${escapeUnsafe(first)}.${hint}\n\n${listCommands(commands)}`);
  return EXIT_PROBLEM;
}

/** Of the operators, in scripts/; a test compares them with package.json. */
const OPERATOR_COMMANDS = {
  'bootstrap-state': 'make the S3 buckets that hold the state',
  'lock-providers': "record the provider's hashes for all platforms",
  doctor: 'say what would go wrong, each with its fix',
  deploy: 'check, plan, show, ask, apply',
  smoke: 'send an event and a recording through what is deployed',
  secrets: 'put, rotate and check both secrets',
  webhook: 'register the endpoint at the Sonotheia API; try, replay, remove it',
  redrive: 'say what failed for good and why, and try it again',
  'migrate-region': 'copy recordings and sessions to another region',
  destroy: 'show what would go, ask, destroy',
} as const;
const LOCAL_COMMANDS = {
  dev: 'generate as you save',
  'generate:check': 'exit with 1 when the tree is stale',
  invoke: 'run a packaged function on a sample event, without AWS',
  test: 'the quick tests',
  check: 'everything that CI runs',
} as const;

function listCommands(commands: readonly Command[]): string {
  const groups: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['The spec and its tree', Object.fromEntries(commands.map(({ name, summary }) => [name, summary]))],
    ['What is deployed', OPERATOR_COMMANDS],
    ['This machine alone', LOCAL_COMMANDS],
  ];
  const width = Math.max(
    ...groups.flatMap(([, entries]) => Object.keys(entries).map(({ length }) => length)),
  );
  const texts = groups.map(([title, entries]) =>
    [`${title}:`, ...Object.entries(entries).map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)].join(
      '\n',
    ),
  );
  return `Usage: npm run <command> -- [options]\n\n${texts.join('\n\n')}\n\nEach explains its options: npm run <command> -- --help\n`;
}

function openIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const hasColour = (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTerminal: stderr.isTTY === true,
    colour: { out: hasColour && stdout.isTTY === true, err: hasColour && stderr.isTTY === true },
    ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
  };
}

async function ask(question: string, fallback: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const shown = `${question}${fallback === '' ? '' : ` [${fallback}]`}: `;
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      terminal.question(shown, resolve);
      terminal.once('SIGINT', () => reject(new Cancelled()));
      // Ctrl-D; after an answer it changes nothing.
      terminal.once('close', () => reject(new Cancelled()));
    });
    return answer.trim() === '' ? fallback : answer.trim();
  } finally {
    terminal.close();
  }
}
