// What a plan said: for the job's summary, and as a small file for the job that comments.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fence, truncate } from './markdown.mjs';
import { appendSummary, readVariable, setOutput } from './runner.mjs';

/**
 * @typedef {object} PlanReport
 * @property {string} environment
 * @property {'same' | 'changed' | 'failed'} status
 * @property {string} text what Terraform printed
 */

/** The exit codes of `terraform plan -detailed-exitcode`. */
const STATUS = /** @type {Record<string, PlanReport['status']>} */ ({ 0: 'same', 2: 'changed' });
const TITLES = { same: 'no changes', changed: 'changes', failed: 'failed' };
/** GitHub takes 1 MiB for all summaries of a step. */
const MAX_SUMMARY_BYTES = 900_000;

/**
 * Runs in the output folder. Returns 0 for a plan with or without changes, else Terraform's own exit code.
 * @param {string} code Terraform's exit code
 * @param {string} file what it printed
 */
export function reportPlan(code, file) {
  const environment = readVariable('ENVIRONMENT');
  const status = STATUS[code] ?? 'failed';
  const text = readFileSync(file, 'utf8').trim();
  /** @type {PlanReport} */
  const report = { environment, status, text };
  // A line of a plan must not be taken for a command to the runner.
  const token = randomUUID();
  process.stdout.write(`::stop-commands::${token}\n${text}\n::${token}::\n`);
  appendSummary(`## ${describe(report)}\n\n${fence(truncate(text, MAX_SUMMARY_BYTES))}`);
  writeFileSync(`plan-report-${environment}.json`, JSON.stringify(report));
  if (status === 'changed') setOutput('changed', 'true');
  return status === 'failed' ? Number(code) : 0;
}

/**
 * @param {PlanReport} report
 * @returns {string} `Plan for dev: changes`
 */
export function describe({ environment, status }) {
  return `Plan for ${environment}: ${TITLES[status]}`;
}

/**
 * The report of an environment; one that came to no plan has failed.
 * @param {string} folder
 * @param {string} environment
 * @returns {PlanReport}
 */
export function readReport(folder, environment) {
  const path = join(folder, `plan-report-${environment}.json`);
  if (!existsSync(path))
    return { environment, status: 'failed', text: 'There is no plan: see the log of the job.' };
  return JSON.parse(readFileSync(path, 'utf8'));
}
