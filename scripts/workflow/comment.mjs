// Posts one comment on a pull request with the plans of all environments, and updates it in later runs.
import { callGithub, findOwnPost, GithubRefusal, MAX_BODY_BYTES } from './github-api.mjs';
import { composeWithin, fence, shorten } from './markdown.mjs';
import { describe, listLosses, readReport } from './plan-report.mjs';
import { annotate, appendSummary, findRunUrl, readList, readVariable } from './runner.mjs';

const MARKER = '<!-- sonotheia-terraform: plans -->';
/** Limit for the plans of all environments together. */
const MAX_LOSSES = 40;

/**
 * Reads the reports in `folder`, one folder for each environment. If the token may not comment, the text goes to the job's
 * summary.
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
export async function updateComment(folder) {
  const reports = readList('ENVIRONMENTS').map((environment) =>
    readReport(`${folder}/${environment}`, environment),
  );
  const body = composeComment(reports, findRunUrl());
  const number = Number(readVariable('PULL_REQUEST'));
  try {
    await postComment(number, body);
  } catch (error) {
    if (!(error instanceof GithubRefusal) || ![401, 403, 404].includes(error.status)) throw error;
    annotate('notice', `The plans are in the summary of this job: ${error.message}.`);
    appendSummary(body);
  }
  return 0;
}

/**
 * @param {number} number
 * @param {string} body
 */
async function postComment(number, body) {
  const { head } = /** @type {{ head: { sha: string } }} */ (await callGithub('GET', `pulls/${number}`));
  if (head.sha !== readVariable('PULL_REQUEST_HEAD')) {
    // This is a re-run of an old run.
    annotate('notice', `The comment stays: the pull request has a newer commit, ${head.sha}.`);
    return;
  }
  const existing = await findOwnPost(`issues/${number}/comments`, MARKER);
  if (existing === undefined) await callGithub('POST', `issues/${number}/comments`, { body });
  else await callGithub('PATCH', `issues/comments/${existing.id}`, { body });
}

/**
 * Puts the counts and losses above the plans, and never cuts them.
 * @param {readonly import('./plan-report.mjs').PlanReport[]} reports
 * @param {string} runUrl
 */
export function composeComment(reports, runUrl) {
  const lines = reports.map((report) => `- ${describe(report)}`).join('\n');
  const share = Math.max(1, Math.floor(MAX_LOSSES / reports.length));
  const losses = reports.map((report) => listLosses(report, share)).join('');
  const head = `${MARKER}\n### Terraform\n\n${lines}\n\n${losses}Whole plans: [summary of the run](${runUrl}).\n`;
  // Uses the largest limit per plan for which all fit, so that short plans leave room for long ones.
  return composeWithin(
    MAX_BODY_BYTES,
    (bytes) => `${head}${reports.map((report) => composeDetails(report, bytes)).join('')}`,
  );
}

/**
 * @param {import('./plan-report.mjs').PlanReport} report
 * @param {number} bytes limit for its text
 */
function composeDetails(report, bytes) {
  const text = fence(shorten(report.text, bytes));
  return `\n<details><summary>${describe(report)}</summary>\n\n${text}\n\n</details>\n`;
}
