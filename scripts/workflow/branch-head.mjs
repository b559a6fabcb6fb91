// Lets a run plan, apply and destroy only at the head of the deployed branch. Otherwise an overtaken run, or a re-run of an
// old one, would deploy an old commit.
import { callGithub } from './github-api.mjs';
import { printInert, readVariable } from './runner.mjs';

/**
 * Throws unless this run's ref is the deployed branch and its commit is that branch's head.
 * @returns {Promise<number>} the exit code
 */
export async function checkHead() {
  const branch = readVariable('DEPLOYED_BRANCH');
  const ref = readVariable('GITHUB_REF');
  // The full ref, since a tag can have the branch's name.
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
