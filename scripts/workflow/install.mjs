// Installs the project's packages as its lock file says, and runs none of their scripts. The commands of the next steps,
// `npx sonotheia …`, find them in node_modules. Corepack, which Node.js 22 and 24 contain, brings pnpm and Yarn in the version that
// `packageManager` of package.json names, otherwise in the version that is fixed in it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Install
 * @property {readonly string[]} command
 * @property {NodeJS.ProcessEnv} [env] further variables
 */

/** @type {Readonly<Record<string, (text: string) => Install>>} by lock file; the first one that exists counts */
const INSTALLS = {
  'package-lock.json': () => ({ command: ['npm', 'ci', '--ignore-scripts'] }),
  'npm-shrinkwrap.json': () => ({ command: ['npm', 'ci', '--ignore-scripts'] }),
  'pnpm-lock.yaml': () => ({
    command: ['corepack', 'pnpm', 'install', '--frozen-lockfile', '--ignore-scripts'],
  }),
  // Yarn 2 and later may be set up for Plug'n'Play, which has no node_modules.
  'yarn.lock': (text) =>
    /^__metadata:/m.test(text)
      ? {
          command: ['corepack', 'yarn', 'install', '--immutable', '--mode=skip-build'],
          env: { YARN_NODE_LINKER: 'node-modules' },
        }
      : { command: ['corepack', 'yarn', 'install', '--frozen-lockfile', '--ignore-scripts'] },
};

/**
 * @param {string} folder of package.json
 * @returns {Install} throws without a lock file
 */
export function chooseInstall(folder) {
  for (const [name, describe] of Object.entries(INSTALLS)) {
    const path = join(folder, name);
    if (existsSync(path)) return describe(readFileSync(path, 'utf8'));
  }
  throw new Error(
    `No lock file beside package.json (${Object.keys(INSTALLS).join(', ')}): commit yours. Without one, or with another package manager, run \`npm install --package-lock-only\` and commit package-lock.json`,
  );
}

/** @returns {number} the exit code */
export function installPackages() {
  const { command, env } = chooseInstall('.');
  const [program = '', ...args] = command;
  process.stdout.write(`${command.join(' ')}\n`);
  const { status, error } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, COREPACK_DEFAULT_TO_LATEST: '0', ...env },
  });
  if (error !== undefined) throw new Error(`${program} cannot be started: ${error.message}`);
  return status ?? 1;
}
