// A run plans, applies and destroys only at the head of the deployed branch. A run that was overtaken, or an old run
// that somebody runs again, would otherwise bring an old commit back.
import { callGithub } from './github-api.mjs';
import { printInert, readVariable } from './runner.mjs';

/**
 * Throws unless this run's ref is the deployed branch and its commit is the head of it.
 * @returns {Promise<number>} the exit code
 */
export async function checkHead() {
  const branch = readVariable('DEPLOYED_BRANCH');
  const ref = readVariable('GITHUB_REF');
  // The whole ref: a tag can have the name of the branch.
  if (ref !== `refs/heads/${branch}`)
    throw new Error(`this run is on ${ref}: run it on the branch ${branch}, the only one that is deployed`);
  const path = branch.split('/').map(encodeURIComponent).join('/');
  const answer = /** @type {{ object?: { sha?: unknown } }} */ (
    await callGithub('GET', `git/ref/heads/${path}`)
  );
  const head = answer.object?.sha;
  const commit = readVariable('GITHUB_SHA');
  if (typeof head !== 'string' || head !== commit)
    throw new Error(
      `commit ${commit} is not the head of ${branch} (${String(head)}). Nothing is changed: the run of the head plans and applies it. To deploy an old state again, revert the commits after it`,
    );
  printInert(`${commit} is the head of ${branch}`);
  return 0;
}
