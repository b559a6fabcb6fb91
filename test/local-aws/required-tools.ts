// What the machine must have for tests against the local AWS, and what happens where it has not.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'vitest';

export interface MissingTool {
  readonly name: string;
  readonly installHint: string;
}

const TERRAFORM_MINIMUM = [1, 11] as const;

/** Checks for Python 3 with moto, and for Terraform >= 1.11. Takes about half a second; not cached. */
export function findMissingTools(): MissingTool[] {
  const missing: MissingTool[] = [];
  const motoVersion = tryToRun('python3', ['-c', 'import moto.server; print(moto.__version__)']);
  if (motoVersion === undefined) {
    missing.push({ name: 'moto 5.2.1 for python3', installHint: "pip install 'moto[server]==5.2.1'" });
  }
  if (!isNewEnough(tryToRun('terraform', ['version', '-json']))) {
    missing.push({
      name: 'Terraform >= 1.11',
      installHint: 'https://developer.hashicorp.com/terraform/install',
    });
  }
  return missing;
}

/**
 * A `describe` for tests that need the local AWS. Without its tools the tests are skipped and one line per test run
 * says what to install; with `CI=true` that is a failure.
 */
export function describeWithLocalAws(name: string, define: () => void): void {
  const missing = findMissingTools();
  if (missing.length === 0) {
    describe(name, define);
    return;
  }
  const text = missing.map((tool) => `${tool.name} (${tool.installHint})`).join(', ');
  if (process.env.CI === 'true') {
    describe(name, () => {
      it('finds the tools that it needs', () => {
        throw new Error(`Missing: ${text}`);
      });
    });
    return;
  }
  printOncePerRun(`\nSkipping the tests against the local AWS. To run them install ${text}.\n\n`);
  describe.skip(name, define);
}

/** Each test file runs in a process of its own; the first of those with the same parent prints. */
function printOncePerRun(line: string): void {
  try {
    writeFileSync(path.join(tmpdir(), `sonotheia-missing-tools-${process.ppid}`), '', { flag: 'wx' });
  } catch {
    return;
  }
  process.stderr.write(line);
}

function tryToRun(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function isNewEnough(versionJson: string | undefined): boolean {
  if (versionJson === undefined) return false;
  const { terraform_version: version } = JSON.parse(versionJson) as { terraform_version: string };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = TERRAFORM_MINIMUM;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
