// One process of the AWS provider for many runs of Terraform: those of a file of tests that look at HCL alone, or those on
// one deployed tree. Starting it takes Terraform longer than everything else in a run that does little.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findInstalledProvider } from './installed-provider.ts';

/** It lives for many runs, and so, unlike Terraform in tests, it collects its garbage. */
const GARBAGE_COLLECTION = { GOGC: '100' };

export interface SharedProvider {
  /** For the environment of `terraform`: `init` then looks for no provider, and no run starts one. */
  readonly env: Readonly<{ TF_REATTACH_PROVIDERS: string }>;
  stop(): void;
}

/**
 * Starts the installed provider in the mode that Terraform attaches to. Only for `validate` and `test` with mocks: it
 * holds one configuration, so that two regions, or two runs, would share it.
 */
export async function startSharedProvider(): Promise<SharedProvider> {
  const folder = findInstalledProvider();
  if (folder === undefined) throw new Error('the provider is not installed: require AWS_PROVIDER');
  return await startInstalledProvider(folder, process.env);
}

/**
 * Starts the provider that `terraform init` has installed into `folder`, with the environment `env`. It ends with this
 * process. As above, it holds one configuration: for one run of Terraform at a time, of a tree with one provider.
 */
export async function startInstalledProvider(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<SharedProvider> {
  const binary = findProvider(join(folder, '.terraform', 'providers'));
  // Unlike the provider, `cat` ends when this process does, however it ends.
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

/** Terraform links to a mirror's folder, which a recursive listing would not enter: step by step instead. */
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
