// npx sonotheia lock-providers: records the AWS provider's hashes for every platform that a team and its
// CI may run on, so that `terraform init` accepts the same provider everywhere. Commit the lock file that it writes.
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { Problem } from '../generator/command-line/problem.ts';
import { COMMON_OPTIONS, defineOperation, describeEnv } from './operator/operation.ts';

const OPTIONS = { ...COMMON_OPTIONS, ...describeEnv('ignored') } as const;

const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64', 'windows_amd64'];

/** Locks the folder's providers; throws a `Problem` if Terraform fails. */
async function lock(folder: string): Promise<void> {
  const platforms = PLATFORMS.map((platform) => `-platform=${platform}`);
  // Terraform finds required providers only in installed modules, so `get` runs first; the modules are local.
  for (const parameters of [['get'], ['providers', 'lock', ...platforms]]) {
    const { failed, code } = await execa('terraform', parameters, {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      reject: false,
    });
    if (code === 'ENOENT') throw describeMissing(folder);
    if (failed)
      throw new Problem({
        what: `terraform ${parameters.slice(0, 2).join(' ')} failed, and ${folder}/.terraform.lock.hcl was left as it is.`,
        why: "Locking downloads the provider for each platform, which needs access to Terraform's registry.",
        fix: 'where the registry cannot be reached, run this on a machine that can, and commit the file',
      });
  }
}

/** `spawn` gives ENOENT for a missing folder and for a missing program. */
function describeMissing(folder: string): Problem {
  return existsSync(folder)
    ? new Problem({
        what: 'There is no terraform on the PATH.',
        fix: 'install it: https://developer.hashicorp.com/terraform/install',
      })
    : new Problem({
        what: `There is no folder ${folder}.`,
        fix: 'npx sonotheia generate writes it; name another folder with --out',
      });
}

export const lockProviders = defineOperation({
  name: 'lock-providers',
  text: `
Writes .terraform.lock.hcl beside the generated Terraform, with the hashes of the AWS provider for
${PLATFORMS.join(', ')}.
All environments of a folder have the same providers. Needs Terraform and access to the registry.`,
  options: OPTIONS,
  async run({ values, terminal }) {
    const folder = values.out;
    await lock(folder);
    terminal.print(`Commit ${folder}/.terraform.lock.hcl.`);
    return true;
  },
});
