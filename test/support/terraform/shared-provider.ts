// One process of the AWS provider for many runs of Terraform: for the tests of one file that only read HCL, or for one
// deployed tree. Starting the provider is the slowest part of a short run.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findInstalledProvider } from './installed-provider.ts';

/** Enables garbage collection, because the process serves many runs. */
const GARBAGE_COLLECTION = { GOGC: '100' };

export interface SharedProvider {
  /** For the environment of `terraform`: `init` then skips the provider, and no run starts one. */
  readonly env: Readonly<{ TF_REATTACH_PROVIDERS: string }>;
  stop(): void;
}

/**
 * Starts the installed provider in the mode to which Terraform attaches. Only for `validate` and `test` with mocks: the
 * process has one configuration, which two regions or two runs would share.
 */
export async function startSharedProvider(): Promise<SharedProvider> {
  const folder = findInstalledProvider();
  if (folder === undefined) throw new Error('the provider is not installed: require AWS_PROVIDER');
  return await startInstalledProvider(folder, process.env);
}

/**
 * Starts the provider that `terraform init` has installed into `folder`, with the environment `env`. It ends with this
 * process. It has one configuration: for one run of Terraform at a time, of a tree with one provider.
 */
export async function startInstalledProvider(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SharedProvider> {
  const binary = findProvider(join(folder, '.terraform', 'providers'));
  // Unlike the provider, `cat` ends with this process, also when it is killed.
  const child = spawn('sh', ['-c', '"$0" -debug & cat >/dev/null; kill $!', binary], {
    // Paths in the tree are relative.
    cwd: folder,
    env: { ...env, ...GARBAGE_COLLECTION },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const TF_REATTACH_PROVIDERS = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const address = /TF_REATTACH_PROVIDERS='(.+)'/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the provider ended with ${code}:\n${output}`)));
    child.stdout.once('end', () => reject(new Error(`the provider ended:\n${output}`)));
  });
  return { env: { TF_REATTACH_PROVIDERS }, stop: () => void child.stdin.end() };
}

/** Lists level by level: Terraform links to a mirror's folder, and a recursive listing does not follow links. */
function findProvider(folder: string): string {
  let path = folder;
  for (;;) {
    const names = readdirSync(path).sort();
    const binary = names.find((name) => name.startsWith('terraform-provider-'));
    if (binary !== undefined) return join(path, binary);
    const [next] = names;
    if (next === undefined) throw new Error(`no provider in ${folder}`);
    path = join(path, next);
  }
}
