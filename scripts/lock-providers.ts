// npm run lock-providers -- [--out <folder>]: records the AWS provider's hashes for every platform that a team and its
// CI may run on, so that `terraform init` accepts the same provider everywhere. Commit the lock file that it writes.
import { parseArgs } from 'node:util';
import { execa } from 'execa';

const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64', 'windows_amd64'];
const HELP = `Usage: npm run lock-providers -- [options]

Writes .terraform.lock.hcl beside the generated Terraform, with the hashes of the AWS provider for
${PLATFORMS.join(', ')}.
Needs Terraform and a way to its registry.

  --out <folder>  the generated folder (default: out)
  --help          show this text
`;

async function lock(folder: string): Promise<string | undefined> {
  const platforms = PLATFORMS.map((platform) => `-platform=${platform}`);
  const { failed, code, exitCode } = await execa('terraform', ['providers', 'lock', ...platforms], {
    cwd: folder,
    stdio: 'inherit',
    reject: false,
  });
  if (!failed) return undefined;
  if (code === 'ENOENT') return 'Terraform, or the folder to lock, was not found.';
  return `terraform providers lock failed (${exitCode ?? code}): the lock file in ${folder} was not renewed. It needs the provider's registry; where that cannot be reached, run this on a machine that can, and commit the file.`;
}

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'out' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) process.stdout.write(HELP);
else {
  const problem = await lock(values.out);
  if (problem === undefined) {
    process.stdout.write(`Commit ${values.out}/.terraform.lock.hcl.\n`);
  } else {
    process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
  }
}
