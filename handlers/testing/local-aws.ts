// Whether a test can have the local AWS: on a developer's machine without it such tests are skipped, in CI they fail.
import { spawnSync } from 'node:child_process';

const AVAILABLE = spawnSync('python3', ['-c', 'import moto.server']).status === 0;

/** True when tests against the local AWS must be skipped; never in CI, where its absence is an error. */
export const SKIP_LOCAL_AWS = !AVAILABLE && process.env.CI !== 'true';

/** To be put into the titles of such tests, so that the reason for a skip is visible. */
export const LOCAL_AWS_NOTE = AVAILABLE ? 'local AWS' : 'local AWS, needs Python with moto[server]';

/** Options for SDK clients that talk to the local AWS. */
export function localClientOptions(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

if (SKIP_LOCAL_AWS) console.warn(`Tests are skipped: ${LOCAL_AWS_NOTE}`);
