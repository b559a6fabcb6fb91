// Checks the inputs of a manually started run, before any job gets credentials.
import { checkHead } from './branch-head.mjs';
import { readList, readVariable } from './runner.mjs';

const ACTIONS = new Set(['apply', 'unlock', 'destroy']);
/** The form of the IDs that Terraform gives its locks. */
const LOCK_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Throws at the first invalid input.
 * @returns {Promise<number>} the exit code
 */
export async function confirmDispatch() {
  const { ACTION: action = '', ENVIRONMENT: environment = '', CONFIRM: typed = '' } = process.env;
  if (!ACTIONS.has(action)) throw new Error(`action must be one of ${[...ACTIONS].join(', ')}`);
  if (!readList('ENVIRONMENTS').includes(environment))
    throw new Error(`environment must be one of ${readList('ENVIRONMENTS').join(', ')}`);
  await checkHead();
  if (typed !== '' && typed !== environment)
    throw new Error(`confirm must be ${environment}, the name of the environment. Nothing was changed`);
  if (action === 'destroy') checkDestruction(environment, typed);
  if (action === 'unlock' && !LOCK_ID.test(readVariable('LOCK_ID')))
    throw new Error('lock_id must be the ID in the error of Terraform, 36 hexadecimal digits and hyphens');
  return 0;
}

/**
 * @param {string} environment
 * @param {string} typed
 */
function checkDestruction(environment, typed) {
  if (readList('PROTECTED').includes(environment))
    throw new Error(
      `${environment} is protected. Nothing was destroyed. Give the protection up first, in an apply of its own: docs/environments.md#protected-environments of sonotheia-terraform`,
    );
  if (typed === '')
    throw new Error(`confirm must be ${environment} for it to be destroyed. Nothing was destroyed`);
}
