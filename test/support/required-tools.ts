// Skips suites whose tool is not installed by `npm ci` and is missing; a line for each suite names the tool to install.
// With `CI=true` a missing tool is a failure.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { findInstalledProvider } from './terraform/installed-provider.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The missing tools of a skipped suite; the totals list them. */
    missingTools?: string;
  }
}

export interface RequiredTool {
  readonly name: string;
  readonly installHint: string;
  readonly isInstalled: () => boolean;
}

export const TERRAFORM: RequiredTool = {
  name: 'Terraform >= 1.11',
  installHint: 'https://developer.hashicorp.com/terraform/install',
  isInstalled: () => isNewEnough(tryToRun('terraform', ['version', '-json'])),
};

/** Installed by `terraform init` from Terraform's registry or a mirror; see provider-mirror.ts. */
export const AWS_PROVIDER: RequiredTool = {
  name: "Terraform's AWS provider",
  installHint: 'let Terraform reach registry.terraform.io, or a mirror: docs/testing.md',
  // Without Terraform, only Terraform is reported.
  isInstalled: () => !TERRAFORM.isInstalled() || findInstalledProvider() !== undefined,
};

/** The server of the local AWS; its fixes patch moto's internals, so only 5.2 is accepted. */
export const MOTO: RequiredTool = {
  name: 'moto 5.2 and jsonschema for python3',
  installHint: 'pip install -r test/local-aws/requirements.txt',
  isInstalled: () =>
    tryToRun('python3', ['-c', 'import jsonschema, moto.server; print(moto.__version__)'])?.startsWith(
      '5.2.',
    ) === true,
};

export const AWS_CLI: RequiredTool = {
  name: 'the AWS CLI',
  installHint: 'https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  isInstalled: () => tryToRun('aws', ['--version']) !== undefined,
};

/** `script`, which runs a command in a terminal; its options differ on macOS. */
export const SCRIPT: RequiredTool = {
  name: 'script of util-linux',
  installHint: 'the package util-linux or bsdutils',
  isInstalled: () => tryToRun('script', ['--version'])?.includes('util-linux') === true,
};

export const PYTHON: RequiredTool = {
  name: 'Python 3',
  installHint: 'https://www.python.org/downloads/',
  isInstalled: () => tryToRun('python3', ['-c', 'import pty']) !== undefined,
};

/** Where Debian and others install it. */
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
export const CHROMIUM_PATH =
  process.env.CHROMIUM_PATH ?? CHROMIUM_PATHS.find((path) => existsSync(path)) ?? '';

export const CHROMIUM: RequiredTool = {
  name: 'Chromium',
  installHint: 'apt-get install chromium, or set CHROMIUM_PATH',
  isInstalled: () => existsSync(CHROMIUM_PATH),
};

/** A `describe` for tests that need all of `tools`. */
export function describeWithTools(name: string, tools: readonly RequiredTool[], define: () => void): void {
  const missing = tools.filter(({ isInstalled }) => !isInstalled());
  const isMissing = missing.length > 0;
  const text = missing.map((tool) => `${tool.name} (${tool.installHint})`).join(' and ');
  if (isMissing && process.env.CI === 'true') {
    describe(name, () => {
      it('finds the tools that it needs', () => {
        throw new Error(`Missing: ${text}`);
      });
    });
    return;
  }
  describe(name, { skip: isMissing, meta: isMissing ? { missingTools: text } : {} }, define);
}

const LONGEST_RUN_MS = 3_600_000;

/** The output of a command, or undefined if it fails. Cached in the temporary folder of the run. */
function tryToRun(command: string, args: readonly string[]): string | undefined {
  const id = createHash('sha256')
    .update(JSON.stringify([process.ppid, process.env.PATH, command, args]))
    .digest('hex');
  const file = join(tmpdir(), `sonotheia-tool-${id.slice(0, 16)}`);
  const known = isRecent(file) ? readFileSync(file, 'utf8') : undefined;
  const answer = known ?? JSON.stringify({ text: runOrFail(command, args) });
  if (known === undefined) {
    writeFileSync(`${file}-${process.pid}`, answer);
    renameSync(`${file}-${process.pid}`, file);
  }
  return (JSON.parse(answer) as { readonly text?: string }).text;
}

function runOrFail(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

function isRecent(file: string): boolean {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < LONGEST_RUN_MS;
}

function isNewEnough(versionJson: string | undefined): boolean {
  if (versionJson === undefined) return false;
  const { terraform_version: version } = JSON.parse(versionJson) as { terraform_version: string };
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 11);
}
