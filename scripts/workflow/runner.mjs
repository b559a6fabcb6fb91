// A step's interface to the runner: variables, outputs, the log, the job's summary. All text for the log or a summary goes
// through here.
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { makeVisible } from './markdown.mjs';

/**
 * @param {string} name
 * @returns {string} throws when it is missing or empty
 */
export function readVariable(name) {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the variable ${name} is not set`);
  return value;
}

/**
 * @param {string} name a variable that contains a JSON list of names
 * @returns {string[]} throws when it is anything else
 */
export function readList(name) {
  const names = JSON.parse(readVariable(name));
  if (!Array.isArray(names) || !names.every((item) => typeof item === 'string'))
    throw new Error(`${name} is not a list of names`);
  return names;
}

/**
 * @param {string} name
 * @param {string} value one line
 */
export function setOutput(name, value) {
  if (/[\r\n]/.test(value)) throw new Error(`the output ${name} has more than one line`);
  appendFileSync(readVariable('GITHUB_OUTPUT'), `${name}=${value}\n`);
}

/** @param {string} markdown */
export function appendSummary(markdown) {
  appendFileSync(readVariable('GITHUB_STEP_SUMMARY'), `${makeVisible(markdown)}\n`);
}

/**
 * Prints a line in the log that GitHub also shows as an annotation of the run.
 * @param {'error' | 'warning' | 'notice'} level
 * @param {string} text
 */
export function annotate(level, text) {
  const escaped = makeVisible(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
  process.stdout.write(`::${level}::${escaped}\n`);
}

/**
 * Prints untrusted text: the runner ignores commands in it.
 * @param {string} text
 */
export function printInert(text) {
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n${makeVisible(text)}\n::${token}::\n`);
}

/** @returns {string} the address of this run, where the summaries are */
export function findRunUrl() {
  const [server, repository, run] = ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'].map(
    readVariable,
  );
  return `${server}/${repository}/actions/runs/${run}`;
}
