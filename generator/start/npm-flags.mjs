// `npm run generate --check`: npm takes an option that stands before `--` for a setting of its own, and the command
// never sees it. Such a run is refused: it would write where the option said not to. npm hands its settings to the
// script as `npm_config_*` variables, but says nothing of where they come from. Those of .npmrc files and of the
// environment that npm itself was started in are no options of this command line.
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Options of our commands that are settings of npm, too. */
export const SHARED_WITH_NPM = ['all', 'diff', 'dry-run', 'yes'];
/** Options of our commands that take a value; all others are switches. */
export const WITH_VALUE = [
  ...['alarm-email', 'api-status', 'api-url', 'body', 'chart', 'compare', 'config', 'drop-region', 'env'],
  ...['environment', 'event', 'file', 'format', 'from', 'id', 'max', 'out', 'project-name', 'queue', 'rate'],
  ...['region', 'rounds', 'since', 'timeout', 'to', 'url'],
];
/** What npm tells every script, whatever it was called with. */
const ALWAYS_TOLD = new Set(
  'user-agent noproxy userconfig globalconfig local-prefix global-prefix prefix cache npm-version node-gyp init-module allow-scripts'.split(
    ' ',
  ),
);

/** @typedef {readonly [name: string, value: string]} Setting as npm hands it over: a switch is `true` or empty */

/** Ends the process with exit code 1 where npm has taken options that were meant for it. */
export function refuseSwallowedOptions() {
  const text = explainSwallowedOptions(process.argv);
  if (text === undefined) return;
  // Not written and left to drain: nothing may run after it.
  writeSync(process.stderr.fd, text);
  process.exit(1);
}

/**
 * What to say to a run whose options npm has taken; undefined when there are none, or when it was not `npm run` that
 * started this process.
 * @param {readonly string[]} argv the process's own arguments, with the program and the script
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function explainSwallowedOptions(argv, env = process.env) {
  const words = readOwnWords(argv, env);
  if (words === undefined) return undefined;
  const settings = listSettings(env);
  // Nearly always: the files and npm's own list are not read for it.
  if (settings.length === 0) return undefined;
  const environments = listEnvironments(env);
  const swallowed = settings.filter((setting) => !isSetElsewhere(setting, environments));
  /** @param {Setting} setting */
  const isShared = ([name]) => SHARED_WITH_NPM.includes(name);
  const known = swallowed.every(isShared) ? [] : listNpmSettings(env);
  const options = swallowed.filter((setting) => isShared(setting) || !known.includes(setting[0]));
  if (options.length === 0) return undefined;
  const command = [`npm run ${env.npm_lifecycle_event} --`, ...rebuild(options, words)].join(' ');
  return `npm has taken ${options.map(([name]) => `--${name}`).join(' and ')} for itself: nothing was done.
  why: npm hands on only what stands after --
  fix: ${command}
`;
}

/**
 * The arguments that were typed, without those of the script in package.json; undefined unless this process is what
 * `npm run` started. Other package managers hand options on, and a script's own children have been checked with it.
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
function readOwnWords(argv, { npm_lifecycle_script: script, npm_config_user_agent: agent }) {
  if (script === undefined || agent?.startsWith('npm/') !== true) return undefined;
  const [, program = '', ...own] = script.split(' ');
  const words = argv.slice(2);
  const isOwn = argv[1] === resolve(program) && own.every((word, index) => words[index] === word);
  return isOwn ? words.slice(own.length) : undefined;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Setting[]}
 */
function listSettings(env) {
  return Object.entries(env).flatMap(([key, value = '']) => {
    // In capitals it is the caller's environment: npm writes small letters.
    if (!key.startsWith('npm_config_')) return [];
    const name = key.slice('npm_config_'.length).replaceAll('_', '-');
    // A switch that is off is what it would be anyway.
    const isOff = value === '' && SHARED_WITH_NPM.includes(name);
    return isOff || ALWAYS_TOLD.has(name) ? [] : [/** @type {const} */ ([name, value])];
  });
}

/**
 * Whether an .npmrc file sets it so, or the environment in which the outermost npm was started.
 * @param {Setting} setting
 * @param {readonly NodeJS.ProcessEnv[]} environments from `listEnvironments`
 */
function isSetElsewhere([name, value], environments) {
  const outermost = environments.at(-1) ?? {};
  const key = `npm_config_${name.replaceAll('-', '_')}`;
  const isInherited =
    outermost.npm_lifecycle_script === undefined && normalize(outermost[key]) === normalize(value);
  if (isInherited && Object.hasOwn(outermost, key)) return true;
  return environments.flatMap(listNpmrcFiles).some((file) =>
    readIfPresent(file)
      ?.split(/\r?\n/)
      .some((line) => {
        const [, found, text] = /^\s*([\w-]+)(?:\[\])?\s*(?:=\s*(.*?)\s*)?$/.exec(line) ?? [];
        if (found?.replaceAll('_', '-') !== name) return false;
        // `yes=false` in the file is not `--yes`.
        return !SHARED_WITH_NPM.includes(name) || normalize(text) === normalize(value);
      }),
  );
}

/** @param {string | undefined} value */
function normalize(value) {
  const text = value ?? 'true';
  return text === 'false' || text === 'null' ? '' : text;
}

/** @param {NodeJS.ProcessEnv} env of a script */
function listNpmrcFiles({
  npm_config_userconfig,
  npm_config_globalconfig,
  npm_config_local_prefix,
  npm_execpath,
}) {
  const own = npm_execpath && join(dirname(dirname(npm_execpath)), 'npmrc');
  const project = npm_config_local_prefix && join(npm_config_local_prefix, '.npmrc');
  return [project, npm_config_userconfig, npm_config_globalconfig, own].filter((file) => file !== undefined);
}

/**
 * This environment, and those of the processes above up to the first one that no npm script has started. Only Linux
 * tells them; elsewhere it is this one alone.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv[]}
 */
function listEnvironments(env) {
  const environments = [env];
  let pid = process.ppid;
  while (environments.at(-1)?.npm_lifecycle_script !== undefined && pid > 1) {
    const text = readIfPresent(`/proc/${pid}/environ`);
    if (text === undefined) break;
    const entries = text.split('\0').map((entry) => {
      const cut = entry.indexOf('=');
      return [entry.slice(0, cut), entry.slice(cut + 1)];
    });
    environments.push(Object.fromEntries(entries));
    pid = Number(/\) \S (\d+)/.exec(readIfPresent(`/proc/${pid}/stat`) ?? '')?.[1] ?? 0);
  }
  return environments;
}

/**
 * The settings that this npm knows; none where it does not tell, so that all that it was given counts as ours.
 * @param {NodeJS.ProcessEnv} env
 * @returns {readonly string[]}
 */
function listNpmSettings({ npm_execpath }) {
  try {
    const { definitions, shorthands } = createRequire(npm_execpath ?? '')('@npmcli/config/lib/definitions');
    return [...Object.keys(definitions), ...Object.keys(shorthands)];
  } catch {
    return [];
  }
}

/**
 * The command as it was meant. npm has kept neither the order nor which value belonged to which option: where more
 * than one lacks its value, what is to stand there is named.
 * @param {readonly Setting[]} options
 * @param {readonly string[]} words
 */
function rebuild(options, words) {
  const flat = options.flatMap(([name, value]) => {
    // npm takes the next option for the value of this one, and writes `--env=a --env=b` as one text.
    const values = value.startsWith('--') ? ['true', value] : value.split('\n\n');
    return values.map((text) => (text.startsWith('--') ? [text.slice(2), 'true'] : [name, text]));
  });
  const lacking = flat.filter(([name = '', value]) => value === 'true' && WITH_VALUE.includes(name));
  const rest = lacking.length === 1 ? words.slice(0, -1) : lacking.length === 0 ? words : [];
  const last = lacking.length === 1 ? words.at(-1) : undefined;
  const typed = flat.map(([name = '', value = '']) => {
    if (value !== 'true')
      return WITH_VALUE.includes(name) || value !== '' ? `--${name} ${quote(value)}` : `--no-${name}`;
    if (!WITH_VALUE.includes(name)) return `--${name}`;
    return `--${name} ${last === undefined ? `<${name}>` : quote(last)}`;
  });
  return [...rest.map(quote), ...typed];
}

/** @param {string} word for a POSIX shell */
function quote(word) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not obey them.
  const text = word.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {string} path */
function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
