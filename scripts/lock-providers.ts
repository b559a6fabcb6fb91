// npm run lock-providers -- [--out <folder>]: records the AWS provider's hashes for every platform that a team and its
// CI may run on, so that `terraform init` accepts the same provider everywhere. Commit the lock file that it writes.
import { parseArgs } from 'node:util';
import { execa } from 'execa';

const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64', 'windows_amd64'];
const NEEDS =
  "Locking downloads the provider for each platform: where Terraform's registry cannot be reached, run this on a machine that can, and commit the file.";
const HELP = `Usage: npm run lock-providers -- [options]

Writes .terraform.lock.hcl beside the generated Terraform, with the hashes of the AWS provider for
${PLATFORMS.join(', ')}.
Needs Terraform and a way to the registry.

  --out <folder>  the generated folder (default: out)
  --help          show this text
`;

/** What went wrong, as a sentence; undefined when the folder is locked. */
async function lock(folder: string): Promise<string | undefined> {
  const platforms = PLATFORMS.map((platform) => `-platform=${platform}`);
  // Terraform looks for the providers in installed modules only; these are in the folder itself.
  for (const parameters of [['get'], ['providers', 'lock', ...platforms]]) {
    const { failed, code } = await execa('terraform', parameters, {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      reject: false,
    });
    if (code === 'ENOENT') return `There is no terraform on the PATH, or no folder ${folder}.`;
    if (failed)
      return `terraform ${parameters.slice(0, 2).join(' ')} failed, and ${folder}/.terraform.lock.hcl was left as it is. ${NEEDS}`;
  }
  return undefined;
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
