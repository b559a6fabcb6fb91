// init: writes a minimal spec from which `generate` works at once.
import { lstatSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defineCommand, EXIT_DONE, type Values } from '../command-line/command.ts';
import { Problem } from '../command-line/problem.ts';
import type { Terminal } from '../command-line/terminal.ts';
import { compileSpec } from '../compile-spec.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { addProjectFiles } from '../init/add-project-files.ts';
import {
  type Given,
  listAccountQuestions,
  listQuestions,
  type Question,
  splitList,
} from '../init/questions.ts';
import { suggestAnswers } from '../init/suggest-answers.ts';
import { DEFAULT_RECORDING_DAYS, DEFAULT_SUFFIX, type SpecAnswers, writeSpec } from '../init/write-spec.ts';
import { describeIgnoredWorkflow, findOuterRepository } from '../write/check-place.ts';
import { isInstalled, locatePackage, type ProjectPlace } from '../write/locate-package.ts';
import { findPackageManager } from '../write/package-manager.ts';
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
  'account-id': {
    type: 'string',
    value: '[environment=]id',
    multiple: true,
    description: 'the AWS account of an environment, or of all; may be repeated',
  },
  'alarm-email': {
    type: 'string',
    value: 'address',
    multiple: true,
    description: 'an address that gets the alarms; may be repeated',
  },
  'keep-recordings': {
    type: 'string',
    value: 'days',
    description: `days until a recording is deleted (default: ${DEFAULT_RECORDING_DAYS})`,
  },
  'bucket-suffix': {
    type: 'string',
    value: 'text',
    description: `end of the bucket names, which are unique among all accounts (default: ${DEFAULT_SUFFIX})`,
  },
  yes: { type: 'boolean', description: 'ask nothing; use defaults for missing options' },
} as const;

type Arguments = Values<typeof OPTIONS>;

export const init = defineCommand({
  name: 'init',
  text: `Writes a minimal spec. On a terminal it asks for the settings that are hard to change later.

Options answer the questions. In a script, without a terminal, it asks nothing.`,
  options: OPTIONS,
  async run(values, context) {
    const { config } = values;
    const path = resolve(context.workingDir, config);
    // Checked before the questions. A dangling symlink counts as existing.
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw describeExisting(config);
    const suggested = suggestAnswers(path, locatePackage(context));
    const given = readOptions(values, suggested);
    const merged = { ...suggested, ...given };
    const isAsking = !values.yes && context.terminal.canAsk;
    // The questions may name other environments.
    const set =
      isAsking && given.environments === undefined ? merged : setAccounts(merged, values['account-id']);
    const problems = checkAnswers(config, set);
    if (problems.length > 0) return refuse(problems, `${config} was not written`, 'text', context);
    const answers = isAsking ? await askForRest(given, suggested, values, context.terminal) : set;
    try {
      writeFileSync(path, writeSpec(answers), { flag: 'wx' });
    } catch (error) {
      throw describeUnwritten(error, config);
    }
    const added = addProjectFiles(path, context);
    context.terminal.print([`wrote ${config}`, ...added]);
    context.terminal.note(warnOfIgnoredWorkflow(dirname(path)));
    context.terminal.print(`Next: ${nextCommand(config, context)}`);
    return EXIT_DONE;
  },
});

/** Said before the files are committed where GitHub ignores them. */
function warnOfIgnoredWorkflow(specDir: string): string[] {
  const repository = findOuterRepository(specDir);
  if (repository === undefined) return [];
  const { what, fix } = describeIgnoredWorkflow(specDir, repository);
  return [`warning: ${what}`, `  fix: ${fix}`];
}

function describeExisting(config: string): Problem {
  return new Problem({
    what: `${config} exists already. Nothing was changed.`,
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
function nextCommand(config: string, place: ProjectPlace): string {
  const { workingDir } = place;
  const install = isInstalled(place) ? '' : `${findPackageManager(workingDir).install} && `;
  if (config === CONFIG_OPTION.default) return `${install}npx sonotheia generate`;
  const folder = dirname(config);
  const out = folder === '.' ? '' : ` --out ${join(folder, 'out')}`;
  return `${install}npx sonotheia generate --config ${config}${out}`;
}

/** The answers given as options. An environment without regions gets the suggested ones. */
function readOptions(values: Arguments, { environments: [first] }: SpecAnswers): Given {
  const environments = values.environment.map((environment) => {
    const [name = '', own] = environment.split('=');
    const regions = own === undefined ? (first?.regions ?? []) : splitList(own);
    return { name, regions, accountId: '' };
  });
  const { 'project-name': projectName, 'keep-recordings': days, 'bucket-suffix': suffix } = values;
  return {
    ...(projectName === undefined ? {} : { projectName }),
    ...(environments.length === 0 ? {} : { environments }),
    ...(values['alarm-email'].length === 0 ? {} : { alarmEmails: values['alarm-email'].flatMap(splitList) }),
    ...(days === undefined ? {} : { recordingDays: days }),
    ...(suffix === undefined ? {} : { bucketSuffix: suffix }),
  };
}

/** Sets the accounts of `--account-id`: `dev=111122223333` for one environment, `111122223333` for all. */
function setAccounts(answers: SpecAnswers, options: readonly string[]): SpecAnswers {
  const given = options.map((option) => {
    const [id = '', name] = option.split('=').toReversed();
    return { id, name };
  });
  const names = answers.environments.map(({ name }) => name);
  const unknown = given.find(({ name }) => name !== undefined && !names.includes(name));
  if (unknown !== undefined)
    throw new Problem({
      what: `--account-id names ${unknown.name}. The environments are ${names.join(', ')}.`,
    });
  return {
    ...answers,
    environments: answers.environments.map((environment) => ({
      ...environment,
      accountId:
        given.findLast(({ name }) => name === environment.name)?.id ??
        given.findLast(({ name }) => name === undefined)?.id ??
        environment.accountId,
    })),
  };
}

/** Returns the errors of the spec that these answers would produce. */
function checkAnswers(config: string, answers: SpecAnswers): readonly Diagnostic[] {
  const spec = compileSpec(config, new TextEncoder().encode(writeSpec(answers)));
  return spec.ok ? [] : spec.diagnostics.filter(({ severity }) => severity === 'error');
}

/** Checks each answer at once, and repeats the question until the answer is valid. */
async function askForRest(
  given: Given,
  suggested: SpecAnswers,
  { 'account-id': accounts }: Arguments,
  terminal: Terminal,
): Promise<SpecAnswers> {
  let answers: SpecAnswers = { ...suggested, ...given };
  for (const question of listQuestions(given, suggested)) answers = await ask(question, answers, terminal);
  answers = setAccounts(answers, accounts);
  for (const question of listAccountQuestions(answers)) answers = await ask(question, answers, terminal);
  return answers;
}

async function ask(question: Question, answers: SpecAnswers, terminal: Terminal): Promise<SpecAnswers> {
  const { text, why, fallback, apply } = question;
  terminal.note(['', why]);
  for (;;) {
    const next = apply(answers, await terminal.askText(text, fallback));
    const [problem] = checkAnswers('', next);
    if (problem === undefined) return next;
    terminal.note(`  ${problem.what}${problem.fix === undefined ? '' : `; ${problem.fix}`}`);
  }
}
