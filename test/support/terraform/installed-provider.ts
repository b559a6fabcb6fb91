// Installs the AWS provider once per run: one worker installs it, the others wait.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONFIGURATION = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.88, < 7.0"
    }
  }
}
`;
/** The download may have 150 MB; CI waits longer than a local run. */
const LONGEST_INSTALLATION_MS = process.env.CI === 'true' ? 600_000 : 90_000;
const POLL_MS = 50;

/** The folder into which `terraform init` has installed the provider; undefined after a failure. */
export function findInstalledProvider(): string | undefined {
  // The run's own temporary folder.
  const folder = join(tmpdir(), 'installed-provider');
  const answer = join(folder, 'answer');
  if (takeTurn(folder)) {
    writeFileSync(`${answer}.tmp`, install(folder) ? 'installed' : 'missing');
    renameSync(`${answer}.tmp`, answer);
  }
  const giveUpMs = Date.now() + LONGEST_INSTALLATION_MS + 1000;
  while (!existsSync(answer) && Date.now() < giveUpMs)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
  return existsSync(answer) && readFileSync(answer, 'utf8') === 'installed' ? folder : undefined;
}

/** True for the first caller. */
function takeTurn(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function install(folder: string): boolean {
  writeFileSync(join(folder, 'versions.tf'), CONFIGURATION);
  try {
    execFileSync('terraform', ['init', '-input=false', '-no-color'], {
      cwd: folder,
      stdio: 'ignore',
      timeout: LONGEST_INSTALLATION_MS,
      // Do not wait again for a registry that does not respond.
      env: { TF_REGISTRY_DISCOVERY_RETRY: '0', TF_REGISTRY_CLIENT_TIMEOUT: '10', ...process.env },
    });
    return true;
  } catch {
    return false;
  }
}
