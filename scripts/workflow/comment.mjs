// One comment on a pull request with the plans of all environments: made once, then kept up to date.
import { callGithub, findOwnPost, GithubRefusal } from './github-api.mjs';
import { fence, shorten } from './markdown.mjs';
import { describe, listLosses, readReport } from './plan-report.mjs';
import { annotate, appendSummary, findRunUrl, readList, readVariable } from './runner.mjs';

const MARKER = '<!-- sonotheia-terraform: plans -->';
/** GitHub's limit is 65,536 characters; bytes are never fewer. */
const MAX_COMMENT_BYTES = 65_000;
/** Of all environments together. */
const MAX_LOSSES = 40;

/**
 * Reads the reports in `folder`, one folder for each environment. Where the token may not comment, the job's summary
 * gets the text.
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
    // An old run that was run again.
    annotate('notice', `The comment stays: the pull request has a newer commit, ${head.sha}.`);
    return;
  }
  const existing = await findOwnPost(`issues/${number}/comments`, MARKER);
  if (existing === undefined) await callGithub('POST', `issues/${number}/comments`, { body });
  else await callGithub('PATCH', `issues/comments/${existing.id}`, { body });
}

/**
 * The counts and what would be lost stand above the plans, and are never cut.
 * @param {readonly import('./plan-report.mjs').PlanReport[]} reports
 * @param {string} runUrl
 */
export function composeComment(reports, runUrl) {
  const lines = reports.map((report) => `- ${describe(report)}`).join('\n');
  const share = Math.max(1, Math.floor(MAX_LOSSES / reports.length));
  const losses = reports.map((report) => listLosses(report, share)).join('');
  const head = `${MARKER}\n### Terraform\n\n${lines}\n\n${losses}Whole plans: [summary of the run](${runUrl}).\n`;
  const compose = (/** @type {number} */ maxBytes) =>
    reports.map(
      (report) =>
        `\n<details><summary>${describe(report)}</summary>\n\n${fence(shorten(report.text, maxBytes))}\n\n</details>\n`,
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
