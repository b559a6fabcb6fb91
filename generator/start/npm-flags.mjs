// `npm run generate --check`: npm treats an option before `--` as its own setting, and the command does not get it.
// Such a run is refused, because it would write although the option forbids it. npm passes its settings to the script
// as `npm_config_*` variables, but without their origin: settings from .npmrc files and from the environment of npm
// itself are not options of this command line.
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** Options of our commands that are also settings of npm. */
export const SHARED_WITH_NPM = ['all', 'diff', 'dry-run', 'yes'];
/** Options of our commands that take a value; all others are switches. */
export const WITH_VALUE = [
  ...['account-id', 'alarm-email', 'although', 'api-status', 'api-url', 'body', 'bucket-suffix', 'case'],
  ...['chart', 'compare', 'config', 'confirm', 'decision', 'drop-region', 'env', 'environment', 'event'],
  ...['event-type', 'file', 'format', 'from', 'id', 'keep-recordings', 'label', 'limit', 'max'],
  ...['min-score', 'out', 'port', 'project-name', 'queue', 'rate', 'recording', 'region', 'rounds'],
  ...['session', 'since', 'subscription', 'timeout', 'to', 'type', 'until', 'url', 'wait'],
];
/** In the scripts of a project that has installed the package; those of a clone begin with `node`. */
const BIN = 'sonotheia';
/** Settings that npm passes to every script. */
const ALWAYS_TOLD = new Set(
  'user-agent noproxy userconfig globalconfig local-prefix global-prefix prefix cache npm-version node-gyp init-module allow-scripts'.split(
    ' ',
  ),
);

/** @typedef {readonly [name: string, value: string]} Setting as npm passes it: a switch is `true` or empty */

/** Ends the process with exit code 1 if npm has taken options that were meant for the command. */
export function refuseSwallowedOptions() {
  const text = explainSwallowedOptions(process.argv);
  if (text === undefined) return;
  // Synchronous: no other code may run after it.
  writeSync(process.stderr.fd, text);
  process.exit(1);
}

/**
 * The error message of a run whose options npm has taken; undefined without such options or without `npm run`.
 * @param {readonly string[]} argv the process's own arguments, with the program and the script
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function explainSwallowedOptions(argv, env = process.env) {
  const words = readOwnWords(argv, env);
  if (words === undefined) return undefined;
  const settings = listSettings(env);
  // The usual case, without reading .npmrc files and npm's list of settings.
  if (settings.length === 0) return undefined;
  const environments = listEnvironments(env);
  const swallowed = settings.filter((setting) => !isSetElsewhere(setting, environments));
  /** @param {Setting} setting */
  const isShared = ([name]) => SHARED_WITH_NPM.includes(name);
  const known = swallowed.every(isShared) ? [] : listNpmSettings(env);
  const options = swallowed.filter((setting) => isShared(setting) || !known.includes(setting[0]));
  if (options.length === 0) return undefined;
  const command = [`npm run ${env.npm_lifecycle_event} --`, ...rebuild(options, words)].join(' ');
  return `npm has taken ${options.map(([name]) => `--${name}`).join(' and ')} as its own: the command did not run.
  why: npm hands on only what stands after --
  fix: ${command}
`;
}

/**
 * The user's arguments, without those of the script in package.json; undefined unless `npm run` started this process
 * directly. Other package managers pass options on, and children of a script were checked with it.
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 */
function readOwnWords(argv, { npm_lifecycle_script: script, npm_lifecycle_event: event, ...env }) {
  const isNpm = env.npm_config_user_agent?.startsWith('npm/') === true;
  // npx passes all options on.
  if (script === undefined || event === 'npx' || !isNpm) return undefined;
  const [command, ...rest] = script.split(' ');
  const [program = '', own] = command === BIN ? [argv[1], rest] : [resolve(rest[0] ?? ''), rest.slice(1)];
  const words = argv.slice(2);
  const isOwn = argv[1] === program && own.every((word, index) => words[index] === word);
  return isOwn ? words.slice(own.length) : undefined;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Setting[]}
 */
function listSettings(env) {
  return Object.entries(env).flatMap(([key, value = '']) => {
    // An upper-case name comes from the caller's environment: npm writes lower case.
    if (!key.startsWith('npm_config_')) return [];
    const name = key.slice('npm_config_'.length).replaceAll('_', '-');
    // A switch that is off has no effect.
    const isOff = value === '' && SHARED_WITH_NPM.includes(name);
    return isOff || ALWAYS_TOLD.has(name) ? [] : [/** @type {const} */ ([name, value])];
  });
}

/**
 * Whether an .npmrc file or the environment of the outermost npm sets this value.
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
 * This environment and those of the parent processes, up to the first one outside an npm script. On systems other than
 * Linux, only this one.
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
 * The settings that this npm knows; empty if they cannot be read, so that all options count as the command's.
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
 * The intended command. npm loses the order and which value belongs to which option: if several options lack their
 * value, uses placeholders.
 * @param {readonly Setting[]} options
 * @param {readonly string[]} words
 */
function rebuild(options, words) {
  const flat = options.flatMap(([name, value]) => {
    // npm may treat the next option as this one's value, and joins `--env=a --env=b` to one text.
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
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would interpret them.
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
