// Runs `terraform init` without changing the committed provider lock file, and warns if there is none.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { annotate, printInert } from './runner.mjs';

const LOCK_FILE = '.terraform.lock.hcl';
/** Terraform's data folder. A checkout has it only if it was committed, possibly with other modules or providers. */
const DATA_FOLDER = '.terraform';
const LONGEST_OUTPUT = 50_000_000;

/**
 * Runs in the output folder; `args` go to `terraform init`. A lock file that does not match is an error. Without one,
 * Terraform takes the newest provider that the constraint allows, and the log says so.
 * @param {string[]} args
 * @returns {number} the exit code
 */
export function initTerraform(...args) {
  rmSync(DATA_FOLDER, { recursive: true, force: true });
  const isLocked = existsSync(LOCK_FILE);
  if (!isLocked)
    annotate(
      'warning',
      `out/${LOCK_FILE} is not committed: the newest provider that the constraint allows is taken. Run \`npx sonotheia lock-providers\` and commit the file.`,
    );
  const lock = isLocked ? ['-lockfile=readonly'] : [];
  const { status, error, stdout, stderr } = spawnSync(
    'terraform',
    ['init', '-input=false', '-no-color', ...lock, ...args],
    { stdio: ['inherit', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: LONGEST_OUTPUT },
  );
  if (error !== undefined) throw error;
  printInert(`${stdout}${stderr}`);
  return status ?? 1;
}
