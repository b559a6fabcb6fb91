// Tests that need a tool from outside npm: skipped with one visible line where it is missing, a failure in CI.
import { execFileSync } from 'node:child_process';

/** A tool that `npm ci` does not bring. */
export interface RequiredTool {
  readonly name: string;
  /** A command that succeeds where the tool is there. */
  readonly probe: readonly [command: string, ...args: string[]];
  readonly install: string;
}

export const TERRAFORM: RequiredTool = {
  name: 'terraform',
  probe: ['terraform', 'version'],
  install: 'Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install)',
};

/**
 * Whether to skip: prints which tools are missing and how to get them. Throws with `CI=true`, where nothing may be
 * skipped.
 */
export function skipWithout(what: string, tools: readonly RequiredTool[]): boolean {
  const missing = tools.filter(({ probe: [command, ...args] }) => !succeeds(command, args));
  if (missing.length === 0) return false;
  const line = `${what}: not run, because ${missing.map(({ name }) => name).join(' and ')} is missing. Install ${missing.map(({ install }) => install).join(' and ')}.`;
  if (process.env.CI === 'true') throw new Error(line);
  process.stderr.write(`SKIPPED ${line}\n`);
  return true;
}

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
