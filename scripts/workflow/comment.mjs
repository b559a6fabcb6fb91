// One comment on a pull request with the plans of all environments: made once, then kept up to date.
import { callGithub, findOwnPost, GithubRefusal } from './github-api.mjs';
import { fence, truncate } from './markdown.mjs';
import { describe, readReport } from './plan-report.mjs';
import { appendSummary, findRunUrl, readEnvironments, readVariable } from './runner.mjs';

const MARKER = '<!-- sonotheia-terraform: plans -->';
/** GitHub's limit is 65,536 characters; bytes are never fewer. */
const MAX_COMMENT_BYTES = 65_000;

/**
 * Reads the reports in `folder`. Where the token may not comment, the job's summary gets the text.
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
export async function updateComment(folder) {
  const reports = readEnvironments().map((environment) => readReport(folder, environment));
  const body = composeComment(reports, findRunUrl());
  const comments = `issues/${Number(readVariable('PULL_REQUEST'))}/comments`;
  try {
    const existing = await findOwnPost(comments, MARKER);
    if (existing === undefined) await callGithub('POST', comments, { body });
    else await callGithub('PATCH', `issues/comments/${existing.id}`, { body });
  } catch (error) {
    if (!(error instanceof GithubRefusal) || ![401, 403, 404].includes(error.status)) throw error;
    process.stdout.write(`::notice::The plans are in the summary of this job: ${error.message}.\n`);
    appendSummary(body);
  }
  return 0;
}

/**
 * @param {readonly import('./plan-report.mjs').PlanReport[]} reports
 * @param {string} runUrl
 */
export function composeComment(reports, runUrl) {
  const head = `${MARKER}\n### Terraform\n\nWhole plans: [summary of the run](${runUrl}).\n`;
  const compose = (/** @type {number} */ maxBytes) =>
    reports.map(
      (report) =>
        `\n<details><summary>${describe(report)}</summary>\n\n${fence(truncate(report.text, maxBytes))}\n\n</details>\n`,
    );
  const room = MAX_COMMENT_BYTES - Buffer.byteLength(head);
  // Short plans leave their room to the long ones: the largest share for which all fit.
  let [fits, tooMuch] = [0, room + 1];
  while (tooMuch - fits > 1) {
    const share = Math.floor((fits + tooMuch) / 2);
    if (Buffer.byteLength(compose(share).join('')) <= room) fits = share;
    else tooMuch = share;
  }
  return `${head}${compose(fits).join('')}`;
}
