// Keeps one open issue for each environment whose resources differ from the spec, and closes it when they match again.
import { callGithub, findOwnPost, MAX_BODY_BYTES } from './github-api.mjs';
import { composeWithin, fence, shorten } from './markdown.mjs';
import { describe, listLosses, readReport } from './plan-report.mjs';
import { appendSummary, findRunUrl, readList } from './runner.mjs';

/**
 * Reads the reports in `folder`, one folder for each environment. If a plan failed, its environment's issue stays as it is.
 * @param {string} folder
 * @returns {Promise<number>} the exit code
 */
export async function updateDriftIssues(folder) {
  const lines = [];
  for (const environment of readList('ENVIRONMENTS')) {
    const report = readReport(`${folder}/${environment}`, environment);
    lines.push(`| ${environment} | ${await updateIssue(report)} |`);
  }
  appendSummary(['| environment | drift |', '| --- | --- |', ...lines].join('\n'));
  return 0;
}

/**
 * @param {import('./plan-report.mjs').PlanReport} report
 * @returns {Promise<string>} a line for the summary
 */
async function updateIssue(report) {
  const { environment, status } = report;
  if (status === 'failed') return 'unknown: the plan failed';
  const marker = writeMarker(environment);
  const existing = await findOwnPost('issues?state=open', marker);
  if (status === 'same') {
    if (existing === undefined) return 'none';
    await callGithub('POST', `issues/${existing.number}/comments`, {
      body: `No more drift: ${findRunUrl()}`,
    });
    await callGithub('PATCH', `issues/${existing.number}`, { state: 'closed', state_reason: 'completed' });
    return `none; closed #${existing.number}`;
  }
  const title = `Drift in ${environment}`;
  const body = composeIssue(report, findRunUrl());
  if (existing !== undefined) {
    await callGithub('PATCH', `issues/${existing.number}`, { title, body });
    return `yes; updated #${existing.number}`;
  }
  const made = /** @type {import('./github-api.mjs').Post} */ (
    await callGithub('POST', 'issues', { title, body })
  );
  return `yes; opened #${made.number}`;
}

/** @param {string} environment */
function writeMarker(environment) {
  return `<!-- sonotheia-terraform: drift of ${environment} -->`;
}

/**
 * @param {import('./plan-report.mjs').PlanReport} report
 * @param {string} runUrl
 */
export function composeIssue(report, runUrl) {
  const head = `${writeMarker(report.environment)}
The deployed resources differ from the spec. Apply the spec again, or change the spec to match them.

${describe(report)}

${listLosses(report)}Found by ${runUrl}

`;
  return composeWithin(MAX_BODY_BYTES, (bytes) => `${head}${fence(shorten(report.text, bytes))}`);
}
