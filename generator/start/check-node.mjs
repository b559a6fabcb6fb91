// Ends the process under a Node.js older than `engines` in package.json: npm only warns about it, and the bundle would fail
// somewhere in its middle. The first import of main.mjs, so that it runs before all other modules.
import { writeSync } from 'node:fs';

export const OLDEST_NODE = '20.19';

/**
 * @param {string} version such as `18.20.8`
 * @returns {string | undefined} the error message
 */
export function refuseOldNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `sonotheia-terraform needs Node.js ${OLDEST_NODE} or later; this is Node.js ${version}.\n`;
}

const refusal = refuseOldNode(process.versions.node);
if (refusal !== undefined) {
  writeSync(process.stderr.fd, refusal);
  process.exit(1);
}
