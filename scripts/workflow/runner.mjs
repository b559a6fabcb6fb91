// How a step talks to the runner: its variables, its outputs and the summary of its job.
import { appendFileSync } from 'node:fs';

/**
 * @param {string} name
 * @returns {string} throws when it is missing or empty
 */
export function readVariable(name) {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the variable ${name} is not set`);
  return value;
}

/** @returns {string[]} the environments of the spec, in declared order */
export function readEnvironments() {
  const names = JSON.parse(readVariable('ENVIRONMENTS'));
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string'))
    throw new Error('ENVIRONMENTS is not a list of names');
  return names;
}

/**
 * @param {string} name
 * @param {string} value one line
 */
export function setOutput(name, value) {
  appendFileSync(readVariable('GITHUB_OUTPUT'), `${name}=${value}\n`);
}

/** @param {string} markdown */
export function appendSummary(markdown) {
  appendFileSync(readVariable('GITHUB_STEP_SUMMARY'), `${markdown}\n`);
}

/** @returns {string} the address of this run, where the summaries are */
export function findRunUrl() {
  const [server, repository, run] = ['GITHUB_SERVER_URL', 'GITHUB_REPOSITORY', 'GITHUB_RUN_ID'].map(
    readVariable,
  );
  return `${server}/${repository}/actions/runs/${run}`;
}
