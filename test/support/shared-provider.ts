// One process of the AWS provider for all the runs of Terraform in a file of tests that look at HCL alone. Starting it
// takes Terraform longer than everything else in such a run.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const CONFIGURATION = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.88, < 7.0"
    }
  }
}
`;

export interface SharedProvider {
  /** For the environment of `terraform`: `init` then looks for no provider, and no run starts one. */
  readonly env: Readonly<{ TF_REATTACH_PROVIDERS: string }>;
  stop(): void;
}

/**
 * Installs the provider into a new folder `folder` and starts it in the mode that Terraform attaches to. Only for
 * `validate` and `test` with mocks: it holds one configuration, so that two regions, or two runs, would share it.
 */
export async function startSharedProvider(folder: string): Promise<SharedProvider> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'versions.tf'), CONFIGURATION);
  await execa('terraform', ['init', '-input=false', '-no-color'], { cwd: folder });
  const child = spawn(findProvider(join(folder, '.terraform', 'providers')), ['-debug'], {
    stdio: ['ignore', 'pipe', 'ignore'],
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
  });
  return {
    env: { TF_REATTACH_PROVIDERS },
    stop: () => {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
