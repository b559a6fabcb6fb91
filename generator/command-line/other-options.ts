// The options that were meant: other tools' names of ours, and arguments that belong to an option.

import { suggest } from '../diagnostics/suggest.ts';
import { readOwn } from '../text/read-own.ts';
import type { CommandDescription } from './command.ts';

const ENVIRONMENT = ['env', 'environment'];

/** Other tools' names of an option, without dashes; the first one that the command has is meant. */
const OTHER_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  env: ENVIRONMENT,
  environment: ENVIRONMENT,
  stage: ENVIRONMENT,
  stack: ENVIRONMENT,
  workspace: ENVIRONMENT,
  e: ENVIRONMENT,
  s: ENVIRONMENT,
  file: ['config'],
  spec: ['config'],
  f: ['config'],
  c: ['config'],
  output: ['out'],
  dir: ['out'],
  o: ['out'],
  r: ['region'],
  y: ['yes'],
  force: ['yes'],
  'auto-approve': ['yes'],
  'non-interactive': ['yes'],
  'dry-run': ['dry-run', 'preview'],
  plan: ['dry-run', 'preview'],
  n: ['dry-run', 'preview'],
  w: ['watch'],
  a: ['all'],
  json: ['format json'],
  name: ['project-name'],
  email: ['alarm-email'],
};

const ANSWERS: Readonly<Record<string, string>> = {
  profile: 'Set the variable AWS_PROFILE.',
  'deploy dry-run': 'deploy shows the plan, and applies it only after your confirmation.',
  'deploy plan': 'deploy shows the plan, and applies it only after your confirmation.',
};

/** The end of the message about an unknown option: a question, an answer, or nothing. `typed`: with its dashes. */
export function explainOption(
  typed: string,
  { name: command, options, parameters = '' }: CommandDescription,
): string {
  const name = typed.replace(/^-+/, '');
  const names = readOwn(OTHER_OPTIONS, name) ?? [];
  const meant = names.find((text) => (text.split(' ')[0] ?? '') in options);
  if (meant !== undefined) return ` Did you mean --${meant}?`;
  const answer = readOwn(ANSWERS, `${command} ${name}`) ?? readOwn(ANSWERS, name);
  if (answer !== undefined) return ` ${answer}`;
  if (names === ENVIRONMENT && 'config' in options)
    return parameters.includes('[environment]')
      ? ` Write the environment without it: npx sonotheia ${command} <environment>`
      : ' The command covers all environments of the spec.';
  return typed.startsWith('--') ? suggest(name, Object.keys(options), '--') : '';
}

/** The same for an argument where the command has none. */
export function explainArgument(word: string, { options }: CommandDescription): string {
  const meant = ['config', 'session', 'project-name', 'env'].find(
    (name) => name in options && (PATTERNS[name]?.test(word) ?? true),
  );
  return meant === undefined ? '' : ` Did you mean --${meant} ${word}?`;
}

/** The arguments that an option takes, if it does not take all. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  config: /^[\w./-]+\.ya?ml$/,
  session: /^sess_[\w-]+$/,
  'project-name': /^[a-z][a-z0-9-]*$/,
  env: /^[a-z][a-z0-9-]*$/,
};
