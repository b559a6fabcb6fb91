// init: writes a minimal spec from which `generate` works at once.
import { lstatSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { type CommandContext, defineCommand, EXIT_DONE, type Values } from '../command-line/command.ts';
import { Problem } from '../command-line/problem.ts';
import type { Terminal } from '../command-line/terminal.ts';
import { compileSpec } from '../compile-spec.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { addProjectFiles, locatePackage } from '../init/add-project-files.ts';
import { DEFAULT_REGION, type SpecAnswers, writeSpec } from '../init/write-spec.ts';
import { CONFIG_OPTION, refuse } from './spec-input.ts';

const OPTIONS = {
  config: { ...CONFIG_OPTION, description: 'the spec to write' },
  'project-name': {
    type: 'string',
    value: 'name',
    description: "first part of most names (default: the folder's name)",
  },
  environment: {
    type: 'string',
    value: 'name[=region,…]',
    multiple: true,
    description: 'an environment and its regions; may be repeated',
  },
  'alarm-email': { type: 'string', value: 'address', description: 'the address that gets the alarms' },
  yes: { type: 'boolean', description: 'ask nothing: use defaults for options that are not given' },
} as const;

type Arguments = Values<typeof OPTIONS>;

export const init = defineCommand({
  name: 'init',
  text: 'Writes a minimal spec; asks for the options that are not given.',
  options: OPTIONS,
  async run(values, context) {
    const { config } = values;
    const path = resolve(context.workingDir, config);
    // Checked before the questions. A dangling symlink counts as existing.
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw describeExisting(config);
    const suggested = suggestAnswers(path, context);
    const given = readFlags(values, suggested);
    const problems = checkAnswers(config, { ...suggested, ...given });
    if (problems.length > 0) return refuse(problems, `${config} was not written`, 'text', context);
    const isAsking = !values.yes && context.terminal.canAsk;
    const answers = isAsking
      ? await askForRest(given, suggested, context.terminal)
      : { ...suggested, ...given };
    try {
      writeFileSync(path, writeSpec(answers), { flag: 'wx' });
    } catch (error) {
      throw describeUnwritten(error, config);
    }
    const added = addProjectFiles(path, context);
    context.terminal.print([`wrote ${config}`, ...added, `Next: ${nextCommand(config)}`]);
    return EXIT_DONE;
  },
});

function describeExisting(config: string): Problem {
  return new Problem({
    what: `${config} exists already, and stays as it is.`,
    fix: `to start again, move it away: mv ${config} ${config}.old; to write another one: npx sonotheia init --config <file>`,
  });
}

/** Turns an error of the file system into a `Problem`; returns any other error unchanged. */
function describeUnwritten(error: unknown, config: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'EEXIST') return describeExisting(config);
  return new Problem({
    what: `${config} cannot be written (${code}).`,
    fix: 'name another file with --config',
  });
}

/** The suggested output folder is beside the spec. */
function nextCommand(config: string): string {
  if (config === CONFIG_OPTION.default) return 'npx sonotheia generate';
  const folder = dirname(config);
  const out = folder === '.' ? '' : ` --out ${join(folder, 'out')}`;
  return `npx sonotheia generate --config ${config}${out}`;
}

function suggestAnswers(path: string, context: CommandContext): SpecAnswers {
  return {
    projectName: suggestProjectName(dirname(path)),
    environments: ['dev', 'prod'].map((name) => ({ name, regions: [DEFAULT_REGION] })),
    alarmEmail: '',
    schemaPath: findSchemaPath(path, locatePackage(context)),
  };
}

/** The answers given as options. An environment without regions gets the suggested ones. */
function readFlags(values: Arguments, { environments: [first] }: SpecAnswers): Partial<SpecAnswers> {
  const environments = values.environment.map((environment) => {
    const [name = '', own] = environment.split('=');
    return { name, regions: own === undefined ? (first?.regions ?? []) : splitList(own) };
  });
  return {
    ...(values['project-name'] === undefined ? {} : { projectName: values['project-name'] }),
    ...(environments.length === 0 ? {} : { environments }),
    ...(values['alarm-email'] === undefined ? {} : { alarmEmail: values['alarm-email'] }),
  };
}

/** Returns the diagnostics of the spec that these answers would produce. */
function checkAnswers(config: string, answers: SpecAnswers): readonly Diagnostic[] {
  const spec = compileSpec(config, new TextEncoder().encode(writeSpec(answers)));
  return spec.ok ? [] : spec.diagnostics;
}

interface Question {
  readonly text: string;
  readonly fallback: string;
  readonly apply: (answers: SpecAnswers, answer: string) => SpecAnswers;
}

/** Checks each answer at once, and repeats the question until the answer is valid. */
async function askForRest(
  given: Partial<SpecAnswers>,
  suggested: SpecAnswers,
  terminal: Terminal,
): Promise<SpecAnswers> {
  let answers = { ...suggested, ...given };
  for (const { text, fallback, apply } of listQuestions(given, suggested)) {
    for (;;) {
      const next = apply(answers, await terminal.askText(text, fallback));
      const [problem] = checkAnswers('', next);
      if (problem === undefined) {
        answers = next;
        break;
      }
      const { what, fix } = problem;
      terminal.note(`  ${what}${fix === undefined ? '' : `; ${fix}`}`);
    }
  }
  return answers;
}

function listQuestions(given: Partial<SpecAnswers>, suggested: SpecAnswers): Question[] {
  const [first] = suggested.environments;
  const named: Question[] = [
    {
      text: 'Environments, in their order of promotion',
      fallback: suggested.environments.map(({ name }) => name).join(', '),
      apply: (answers, text) => ({
        ...answers,
        environments: splitList(text).map((name) => ({ name, regions: first?.regions ?? [] })),
      }),
    },
    {
      text: 'Regions, the primary one first',
      fallback: DEFAULT_REGION,
      apply: (answers, text) => ({
        ...answers,
        environments: answers.environments.map(({ name }) => ({ name, regions: splitList(text) })),
      }),
    },
  ];
  const project: Question = {
    text: 'Project name',
    fallback: suggested.projectName,
    apply: (answers, projectName) => ({ ...answers, projectName }),
  };
  const email: Question = {
    text: 'Alarm e-mail (empty for none)',
    fallback: '',
    apply: (answers, alarmEmail) => ({ ...answers, alarmEmail }),
  };
  return [
    ...(given.projectName === undefined ? [project] : []),
    ...(given.environments === undefined ? named : []),
    ...(given.alarmEmail === undefined ? [email] : []),
  ];
}

function splitList(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Turns the folder's name into a valid project name; falls back to the documented one. */
function suggestProjectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return name.length >= 2 ? name : 'sonotheia-example';
}

/** Path of the schema relative to the spec, which is how editors resolve it. */
function findSchemaPath(spec: string, packageFolder: string): string {
  const path = relative(dirname(spec), resolve(packageFolder, 'schema', 'sonotheia.config.schema.json'));
  const portable = path.split(sep).join('/');
  return portable.startsWith('.') ? portable : `./${portable}`;
}
