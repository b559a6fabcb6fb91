// Checks this machine: Node.js, Terraform, the generated folder, the provider.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ResolvedSpec } from '../../generator/spec/resolve.ts';
import { isTerraformAccepted } from '../../generator/spec/rules/terraform-version.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { checkGenerated } from '../operator/check-generated.ts';
import type { Operation } from '../operator/operation.ts';
import { examine, type Finding, type Report } from './finding.ts';

export interface MachineOptions {
  readonly spec: ResolvedSpec;
  readonly config: string;
  readonly outDir: string;
}

const AWS_PROVIDER = 'registry.terraform.io/hashicorp/aws';
/** Linux and macOS: Terraform refuses a lock file that has only the other platform's hashes. */
const PLATFORMS_OF_A_TEAM = 2;
const INSTALL_TERRAFORM = 'https://developer.hashicorp.com/terraform/install';

export async function checkMachine(
  operation: Operation,
  options: MachineOptions,
  report: Report,
): Promise<void> {
  const { signal } = operation;
  const { spec, config, outDir } = options;
  const to = { report, signal };
  await examine('Node.js', async () => checkNode(), to);
  await examine('Terraform', () => checkTerraform(spec), to);
  await examine(
    'generated folder',
    async () => {
      await checkGenerated({ config, outDir }, operation);
      return { state: 'ok', what: `${outDir} matches ${config}` };
    },
    to,
  );
  await examine('AWS provider', async () => checkProvider(outDir), to);
}

function checkNode(): Finding {
  const { version } = process;
  const wanted = packageJson.engines.node;
  if (isAtLeast(version, wanted)) return { state: 'ok', what: version };
  return { state: 'FAIL', what: `${version}; ${wanted} or newer is required`, fix: 'https://nodejs.org' };
}

async function checkTerraform({ requiredVersion }: ResolvedSpec): Promise<Finding> {
  const { stdout, exitCode } = await execa('terraform', ['version', '-json'], { reject: false });
  if (exitCode !== 0) return { state: 'FAIL', what: 'not found on the PATH', fix: INSTALL_TERRAFORM };
  const { terraform_version: version } = JSON.parse(stdout) as { terraform_version: string };
  if (isTerraformAccepted(version, requiredVersion)) return { state: 'ok', what: version };
  return { state: 'FAIL', what: `${version}; the tree requires ${requiredVersion}`, fix: INSTALL_TERRAFORM };
}

/** The lock file has the provider's version, and a hash of the package for each platform. */
function checkProvider(outDir: string): Finding {
  const file = join(outDir, '.terraform.lock.hcl');
  if (!existsSync(file))
    return {
      state: 'warn',
      what: `no ${file} yet: the first \`terraform init\` takes the newest version that fits`,
      fix: 'after it, `npx sonotheia lock-providers`, and commit the file',
    };
  const text = readFileSync(file, 'utf8');
  const block = text.split(/^provider /m).find((each) => each.startsWith(`"${AWS_PROVIDER}"`)) ?? '';
  const version = /^\s*version\s*=\s*"(.*)"/m.exec(block)?.[1] ?? 'none';
  const hashes = block.match(/"h1:/g)?.length ?? 0;
  if (hashes >= PLATFORMS_OF_A_TEAM)
    return { state: 'ok', what: `${version}, locked for ${hashes} platforms` };
  const fix = '`npx sonotheia lock-providers`, and commit the file';
  return { state: 'warn', what: `${version}, locked for ${hashes} platform: others will refuse it`, fix };
}

/** Compares a version such as `v20.19.1` with a range such as `>=20.19`. */
function isAtLeast(version: string, wanted: string): boolean {
  const read = (text: string): number[] => text.replace(/^\D+/, '').split('.').map(Number);
  const [major = 0, minor = 0] = read(version);
  const [leastMajor = 0, leastMinor = 0] = read(wanted);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
