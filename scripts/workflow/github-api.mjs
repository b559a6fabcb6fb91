// The few calls to GitHub's REST API that the workflow makes, with the token of the job.
import { setTimeout as sleep } from 'node:timers/promises';
import { makeVisible } from './markdown.mjs';
import { readVariable } from './runner.mjs';

const ATTEMPTS = 3;
const TIMEOUT_MS = 20_000;
const PAGE_SIZE = 100;
/** GitHub's limit for a comment or an issue is 65,536 characters; bytes are never fewer. */
export const MAX_BODY_BYTES = 65_000;
/** The author of posts made with a job's token. Posts of other authors are never changed, whatever marker they carry. */
const OWN_LOGIN = 'github-actions[bot]';

/** An answer that a retry would not change. */
export class GithubRefusal extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * @typedef {object} Post an issue or a comment
 * @property {number} id
 * @property {number} [number]
 * @property {string | null} [body]
 * @property {{ login: string } | null} [user]
 * @property {unknown} [pull_request]
 */

/**
 * @param {'GET' | 'POST' | 'PATCH'} method
 * @param {string} path below the repository
 * @param {unknown} [body]
 * @returns {Promise<unknown>} throws `GithubRefusal` for an answer of 4xx
 */
export async function callGithub(method, path, body) {
  const url = `${readVariable('GITHUB_API_URL')}/repos/${readVariable('GITHUB_REPOSITORY')}/${path}`;
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${readVariable('GITHUB_TOKEN')}`,
        'x-github-api-version': '2022-11-28',
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body, escapeText) }),
    });
    if (response.ok) return response.json();
    const problem = `GitHub answered ${response.status} to ${method} ${path}`;
    if (response.status < 500 && response.status !== 429) throw new GithubRefusal(response.status, problem);
    if (attempt === ATTEMPTS) throw new Error(problem);
    await sleep(attempt * 1000);
  }
}

/**
 * For JSON.stringify: makes every hidden character of a posted text visible.
 * @param {string} _
 * @param {unknown} value
 */
function escapeText(_, value) {
  return typeof value === 'string' ? makeVisible(value) : value;
}

/**
 * Finds this workflow's own post that starts with a marker, on all pages of a list.
 * @param {string} path below the repository
 * @param {string} marker
 * @returns {Promise<Post | undefined>}
 */
export async function findOwnPost(path, marker) {
  for (let page = 1; ; page += 1) {
    const separator = path.includes('?') ? '&' : '?';
    const answer = await callGithub('GET', `${path}${separator}per_page=${PAGE_SIZE}&page=${page}`);
    const posts = /** @type {Post[]} */ (answer);
    const own = posts.find(
      ({ body, user, pull_request }) =>
        user?.login === OWN_LOGIN && pull_request === undefined && body?.startsWith(marker),
    );
    if (own !== undefined || posts.length < PAGE_SIZE) return own;
  }
}
