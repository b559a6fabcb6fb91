// argv -> command -> exit code. Each command is loaded when it runs: loading all of them takes longer than most runs.

import { type Command, EXIT_DONE, EXIT_PROBLEM } from './command-line/command.ts';
import { ANSWERS, OTHER_COMMANDS } from './command-line/other-commands.ts';
import { runCommand } from './command-line/run-command.ts';
import { formatLines } from './command-line/terminal.ts';
import { generate } from './commands/generate.ts';
import { findMeant, findNear } from './diagnostics/suggest.ts';
import { locateDocuments, nameDocuments } from './text/name-documents.ts';
import { readOwn } from './text/read-own.ts';
import { readVersion } from './version.ts';

/** `csot` has two. */
const MOST_WRONG_LETTERS = 2;

interface Entry {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const GROUPS: Readonly<Record<string, readonly Entry[]>> = {
  'The spec and its tree': [
    {
      name: 'generate',
      summary: 'check the spec and write Terraform and the two Lambda packages',
      load: async () => generate,
    },
    {
      name: 'upgrade',
      summary: 'show what this version changes in the tree, by what the next plan shows',
      load: async () => (await import('./commands/upgrade.ts')).upgrade,
    },
    {
      name: 'validate',
      summary: 'check the spec, and say everything that is wrong with it',
      load: async () => (await import('./commands/validate.ts')).validate,
    },
    {
      name: 'init',
      summary: 'write a minimal spec; asks for settings that are hard to change later',
      load: async () => (await import('./commands/init.ts')).init,
    },
    {
      name: 'show',
      summary: 'show the settings of each environment and region, and where each value came from',
      load: async () => (await import('./commands/show.ts')).show,
    },
    {
      name: 'explain',
      summary: 'describe a key of the spec and the resources it affects; or list the settings about a word',
      load: async () => (await import('./commands/explain.ts')).explain,
    },
    {
      name: 'cost',
      summary: 'estimate what the spec costs a month on AWS',
      load: async () => (await import('./commands/cost.ts')).cost,
    },
    {
      name: 'schema',
      summary: 'print the JSON schema of the spec',
      load: async () => (await import('./commands/schema.ts')).printSchema,
    },
    {
      name: 'eject',
      summary: 'copy the source of the functions into the project, to change them',
      load: async () => (await import('./commands/eject.ts')).eject,
    },
    {
      name: 'invoke',
      summary: 'run a packaged function on a sample event, without AWS',
      load: async () => (await import('../scripts/invoke.ts')).invoke,
    },
    {
      name: 'local',
      summary: 'run the whole system on this machine, without AWS',
      load: async () => (await import('../scripts/local.ts')).local,
    },
  ],
  'What is deployed': [
    {
      name: 'bootstrap-state',
      summary: 'create the S3 buckets for the state',
      load: async () => (await import('../scripts/bootstrap-state.ts')).bootstrapState,
    },
    {
      name: 'lock-providers',
      summary: "record the provider's hashes for all platforms",
      load: async () => (await import('../scripts/lock-providers.ts')).lockProviders,
    },
    {
      name: 'doctor',
      summary: 'find problems before a deployment, each with its fix',
      load: async () => (await import('../scripts/doctor.ts')).doctor,
    },
    {
      name: 'deploy',
      summary: 'check, plan, show, ask, apply',
      load: async () => (await import('../scripts/deploy.ts')).deploy,
    },
    {
      name: 'smoke',
      summary: 'send an event and a recording through the deployed stack',
      load: async () => (await import('../scripts/smoke.ts')).smoke,
    },
    {
      name: 'secrets',
      summary: 'put, rotate and check both secrets',
      load: async () => (await import('../scripts/secrets.ts')).secrets,
    },
    {
      name: 'webhook',
      summary: 'register, list or remove the endpoint at the Sonotheia API; send and replay events',
      load: async () => (await import('../scripts/webhook.ts')).webhook,
    },
    {
      name: 'redrive',
      summary: 'list messages that failed for good, with the reason, and retry them',
      load: async () => (await import('../scripts/redrive.ts')).redrive,
    },
    {
      name: 'reannounce',
      summary: 'send the messages of a time again, for subscribers that lost them',
      load: async () => (await import('../scripts/reannounce.ts')).reannounce,
    },
    {
      name: 'migrate-region',
      summary: 'copy recordings and sessions to another region',
      load: async () => (await import('../scripts/migrate-region.ts')).migrateRegion,
    },
    {
      name: 'console',
      summary: 'show what is deployed as a page on this machine',
      load: async () => (await import('../scripts/console.ts')).consoleCommand,
    },
    {
      name: 'sessions',
      summary: 'find events by session, recording, case, time and result, and where recordings are',
      load: async () => (await import('../scripts/sessions.ts')).sessions,
    },
    {
      name: 'export',
      summary: 'write everything that is kept about a session into a folder',
      load: async () => (await import('../scripts/export.ts')).exportSession,
    },
    {
      name: 'forget',
      summary: 'erase what is kept about a session or a recording, with a receipt',
      load: async () => (await import('../scripts/forget.ts')).forget,
    },
    {
      name: 'destroy',
      summary: 'show the losses, ask, destroy',
      load: async () => (await import('../scripts/destroy.ts')).destroy,
    },
  ],
};

/** Runs a command and returns the exit code. Without a command name, runs `generate`. */
export async function main(argv: readonly string[], projectRoot: string): Promise<number> {
  const [first = 'generate', ...rest] = argv;
  const [topic] = rest;
  const isHelp = ['--help', '-h', 'help'].includes(first);
  if (isHelp && (topic === undefined || topic.startsWith('-'))) {
    process.stdout.write(listCommands(projectRoot));
    return EXIT_DONE;
  }
  if (['--version', '-v', '-V', 'version'].includes(first)) {
    process.stdout.write(formatLines(`sonotheia-terraform ${readVersion(projectRoot)}`));
    return EXIT_DONE;
  }
  const isOption = first.startsWith('-') && !isHelp;
  const name = isHelp ? String(topic) : isOption ? 'generate' : first;
  const entries = Object.values(GROUPS).flat();
  const entry = entries.find((known) => known.name === name);
  if (entry === undefined) {
    const text = `There is no command ${name}.${suggestCommand(name)}`;
    const documents = locateDocuments(projectRoot, process.cwd());
    process.stderr.write(formatLines([nameDocuments(text, documents), '']));
    process.stderr.write(listCommands(projectRoot));
    return EXIT_PROBLEM;
  }
  return await runCommand(await entry.load(), isHelp ? ['--help'] : isOption ? argv : rest, {
    projectRoot,
    workingDir: process.cwd(),
  });
}

function suggestCommand(name: string): string {
  const meant = readOwn(OTHER_COMMANDS, name.toLowerCase());
  if (meant !== undefined) return ` Did you mean npx sonotheia ${meant}?`;
  const answer = readOwn(ANSWERS, name.toLowerCase());
  if (answer !== undefined) return ` ${answer}`;
  const names = Object.values(GROUPS)
    .flat()
    .map((entry) => entry.name);
  const near = findMeant(name, names) ?? findNear(name, names, () => MOST_WRONG_LETTERS);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

function listCommands(projectRoot: string): string {
  const documents = locateDocuments(projectRoot, process.cwd());
  const width = Math.max(...Object.values(GROUPS).flatMap((rows) => rows.map(({ name }) => name.length)));
  const texts = Object.entries(GROUPS).map(([title, rows]) =>
    [`${title}:`, ...rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)].join('\n'),
  );
  return `Usage: npx sonotheia <command> [options]

${texts.join('\n\n')}

Each explains its options: npx sonotheia help <command>
The documents are in ${documents}/
`;
}
