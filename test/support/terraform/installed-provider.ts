// The AWS provider, installed once in a run for all tests: asked for in one worker, awaited in the others.
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
/** Some 150 MB may have to be downloaded. People do not wait for it as long as CI does. */
const LONGEST_INSTALLATION_MS = process.env.CI === 'true' ? 600_000 : 90_000;
const POLL_MS = 50;

/** The folder into which `terraform init` has installed the provider; undefined where it could not. */
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

/** True for the first one that asks. */
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
      // A registry that does not answer is given one chance.
      env: { TF_REGISTRY_DISCOVERY_RETRY: '0', TF_REGISTRY_CLIENT_TIMEOUT: '10', ...process.env },
    });
    return true;
  } catch {
    return false;
  }
}
