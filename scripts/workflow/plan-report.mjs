// Writes a plan's report to the job's summary, and to a small file for the jobs that comment. The file is an artifact, which
// any job of a run can forge, so it is read as untrusted text.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeWithin, fence, inlineCode, makeVisible, shorten } from './markdown.mjs';
import { readPlan } from './plan-changes.mjs';
import { appendSummary, printInert, readList, readVariable, setOutput } from './runner.mjs';

/**
 * @typedef {object} PlanReport
 * @property {string} environment
 * @property {'same' | 'changed' | 'failed'} status
 * @property {import('./plan-changes.mjs').PlanCounts} counts
 * @property {readonly string[]} losses
 * @property {string} text what Terraform printed
 */

const NO_COUNTS = Object.freeze({ import: 0, add: 0, change: 0, destroy: 0, forget: 0 });
const PLAN_FILE = 'reviewed.tfplan';
/** GitHub's limit is 1 MiB for the summary of a step. */
const MAX_SUMMARY_BYTES = 900_000;
const MAX_LOSSES = 20;
const MAX_LOSS_BYTES = 300;
const SECRET_UNREADABLE =
  'The plan role may not read the values of secrets, and this AWS provider reads them: use 6.26 or newer (npx sonotheia lock-providers), or see docs/workflow.md#who-reads-the-secrets of sonotheia-terraform.';

/**
 * Runs in the output folder, after a plan that succeeded or failed (`PLAN_OUTCOME`).
 * @param {string} file what Terraform printed
 * @returns {number} the exit code
 */
export function reportPlan(file) {
  const environment = readVariable('ENVIRONMENT');
  const text = existsSync(file) ? makeVisible(readFileSync(file, 'utf8').trim()) : '';
  const report = inspectPlan(environment, text);
  printInert(text);
  if (report.status === 'failed' && /AccessDenied.*GetSecretValue|GetSecretValue.*AccessDenied/s.test(text))
    appendSummary(SECRET_UNREADABLE);
  const head = `## ${describe(report)}\n\n${listLosses(report)}`;
  appendSummary(composeWithin(MAX_SUMMARY_BYTES, (bytes) => `${head}${fence(shorten(text, bytes))}`));
  writeFileSync(`plan-report-${environment}.json`, JSON.stringify(report));
  if (report.status === 'changed') setOutput('changed', 'true');
  if (report.losses.length > 0) setOutput('losses', String(report.losses.length));
  return 0;
}

/**
 * @param {string} environment
 * @param {string} text
 * @returns {PlanReport}
 */
function inspectPlan(environment, text) {
  if (readVariable('PLAN_OUTCOME') !== 'success')
    return { environment, status: 'failed', counts: NO_COUNTS, losses: [], text };
  const { changed, counts, losses } = readPlan(PLAN_FILE);
  return { environment, status: changed ? 'changed' : 'same', counts, losses, text };
}

/**
 * Runs in the output folder, before the plan is sealed for its apply. A plan that loses data needs the environment's name,
 * typed by the person who started the run; in a protected environment it is refused.
 * @returns {number} the exit code
 */
export function confirmLosses() {
  const environment = readVariable('ENVIRONMENT');
  const { losses } = readReport('.', environment);
  if (losses.length === 0) throw new Error('the report of the plan names no losses');
  printInert(losses.join('\n'));
  const what = `the plan of ${environment} would destroy data (${losses.length}, listed above). Nothing was changed`;
  if (readList('PROTECTED').includes(environment))
    throw new Error(
      `${what}. ${environment} is protected: remove the protection first, in a separate apply: docs/environments.md#protected-environments of sonotheia-terraform`,
    );
  if (process.env.CONFIRM === environment) return 0;
  throw new Error(
    `${what}. If it should be lost, run this workflow by hand: action apply, environment ${environment}, confirm ${environment}`,
  );
}

/**
 * Returns plain text, safe in Markdown and in HTML.
 * @param {PlanReport} report
 * @returns {string} `dev – Plan: 3 to add, 1 to change, 0 to destroy`
 */
export function describe({ environment, status, counts, losses }) {
  const loss = losses.length === 0 ? '' : ` – LOSES DATA: ${losses.length}`;
  if (status === 'failed') return `${environment} – the plan failed`;
  if (status === 'same') return `${environment} – no changes`;
  const imports = counts.import === 0 ? '' : `${counts.import} to import, `;
  const forgets = counts.forget === 0 ? '' : `, ${counts.forget} to forget`;
  return `${environment} – Plan: ${imports}${counts.add} to add, ${counts.change} to change, ${counts.destroy} to destroy${forgets}${loss}`;
}

/**
 * @param {PlanReport} report
 * @param {number} [most] limit of lines; further ones are counted
 * @returns {string} a paragraph and a list in Markdown, ending in an empty line; empty where nothing is lost
 */
export function listLosses({ environment, losses }, most = MAX_LOSSES) {
  if (losses.length === 0) return '';
  const shown = losses.slice(0, most).map((line) => `- ${inlineCode(shorten(line, MAX_LOSS_BYTES))}`);
  const rest = losses.length > most ? [`- and ${losses.length - most} more`] : [];
  return `**Data of ${environment} that would be lost:**\n\n${[...shown, ...rest].join('\n')}\n\n`;
}

/**
 * Reads the report of an environment. A missing or invalid one counts as a failed plan.
 * @param {string} folder
 * @param {string} environment
 * @returns {PlanReport}
 */
export function readReport(folder, environment) {
  const path = join(folder, `plan-report-${environment}.json`);
  const fail = (/** @type {string} */ text) =>
    /** @type {PlanReport} */ ({ environment, status: 'failed', counts: NO_COUNTS, losses: [], text });
  if (!existsSync(path)) return fail('There is no plan: see the log of the job.');
  return (
    parseReport(readFileSync(path, 'utf8'), environment) ?? fail('The report of the plan cannot be read.')
  );
}

/**
 * Takes known members only, and checks the type of each.
 * @param {string} json
 * @param {string} environment
 * @returns {PlanReport | undefined}
 */
function parseReport(json, environment) {
  const value = parseObject(json);
  const counts = typeof value?.counts === 'object' && value.counts !== null ? Object(value.counts) : {};
  const { status, losses, text } = value ?? {};
  if (value?.environment !== environment || typeof text !== 'string') return undefined;
  if (status !== 'same' && status !== 'changed' && status !== 'failed') return undefined;
  if (!Array.isArray(losses) || !losses.every((line) => typeof line === 'string')) return undefined;
  const names = /** @type {(keyof typeof NO_COUNTS)[]} */ (Object.keys(NO_COUNTS));
  if (!names.every((name) => Object.hasOwn(counts, name) && Number.isSafeInteger(counts[name])))
    return undefined;
  return {
    environment,
    status,
    counts: /** @type {PlanReport['counts']} */ (
      Object.fromEntries(names.map((name) => [name, Math.max(0, counts[name])]))
    ),
    losses: losses.map((line) => makeVisible(line).replaceAll('\n', ' ')),
    text: makeVisible(text),
  };
}

/**
 * @param {string} json
 * @returns {Record<string, unknown> | undefined}
 */
function parseObject(json) {
  try {
    const value = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
