// argv -> command -> exit code. Each command is loaded when it runs: loading all of them takes longer than most runs.
import { type Command, EXIT_CANCELLED, EXIT_DONE, EXIT_FAULT, EXIT_PROBLEM } from './command-line/command.ts';
import { suggestName } from './command-line/usage-error.ts';
import { openIo } from './open-io.ts';
import { Cancelled, type Io } from './report/io.ts';
import { escapeUnsafe } from './report/visible-text.ts';

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  generate: async () => (await import('./commands/generate.ts')).generate,
  validate: async () => (await import('./commands/validate.ts')).validate,
  init: async () => (await import('./commands/init.ts')).init,
  show: async () => (await import('./commands/show.ts')).show,
  explain: async () => (await import('./commands/explain.ts')).explain,
  cost: async () => (await import('./commands/cost.ts')).cost,
  schema: async () => (await import('./commands/schema.ts')).printSchema,
};

/** Run when they are imported, with the arguments of the process. */
const SCRIPTS: Readonly<Record<string, () => Promise<unknown>>> = {
  'bootstrap-state': () => import('../scripts/bootstrap-state.ts'),
  'lock-providers': () => import('../scripts/lock-providers.ts'),
  doctor: () => import('../scripts/doctor.ts'),
  deploy: () => import('../scripts/deploy.ts'),
  smoke: () => import('../scripts/smoke.ts'),
  secrets: () => import('../scripts/secrets.ts'),
  webhook: () => import('../scripts/webhook.ts'),
  redrive: () => import('../scripts/redrive.ts'),
  'migrate-region': () => import('../scripts/migrate-region.ts'),
  destroy: () => import('../scripts/destroy.ts'),
  invoke: () => import('../scripts/invoke.ts'),
};

/** Runs a command and returns the exit code. Without a command's name the arguments are those of `generate`. */
export async function main(argv: readonly string[], projectRoot: string): Promise<number> {
  const io = openIo();
  const [first = 'generate', ...rest] = argv;
  if (['--help', '-h', 'help'].includes(first)) {
    io.out(await listCommands());
    return EXIT_DONE;
  }
  const startScript = Object.hasOwn(SCRIPTS, first) ? SCRIPTS[first] : undefined;
  if (startScript !== undefined) {
    process.argv = [process.execPath, first, ...rest];
    await startScript();
    return Number(process.exitCode ?? EXIT_DONE);
  }
  const isOption = first.startsWith('-');
  const load = isOption ? COMMANDS.generate : Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (load !== undefined) return await run(await load(), isOption ? argv : rest, io, projectRoot);
  const hint = suggestName(first, [...Object.keys(COMMANDS), ...Object.keys(SCRIPTS)]);
  io.err(`There is no command ${escapeUnsafe(first)}.${hint}\n\n${await listCommands()}`);
  return EXIT_PROBLEM;
}

async function run(command: Command, argv: readonly string[], io: Io, projectRoot: string): Promise<number> {
  // A signal waits until a synchronous write of the tree is done.
  process.once('SIGINT', () => process.exit(EXIT_CANCELLED));
  try {
    return await command.run(argv, { io, projectRoot, workingDir: process.cwd() });
  } catch (error) {
    if (error instanceof Cancelled) {
      io.err('\ncancelled: nothing was written\n');
      return EXIT_CANCELLED;
    }
    const details = error instanceof Error ? error.stack : String(error);
    io.err(`This is a fault of the generator, not of your spec:\n${details}\n`);
    return EXIT_FAULT;
  }
}

/** A test compares both with package.json. */
const OPERATOR_SUMMARIES = {
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
};
const LOCAL_SUMMARIES = {
  dev: 'generate as you save',
  'generate:check': 'exit with 1 when the tree is stale',
  invoke: 'run a packaged function on a sample event, without AWS',
  test: 'the quick tests',
  check: 'everything that CI runs',
};

async function listCommands(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const groups: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['The spec and its tree', Object.fromEntries(commands.map(({ name, summary }) => [name, summary]))],
    ['What is deployed', OPERATOR_SUMMARIES],
    ['This machine alone', LOCAL_SUMMARIES],
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
