// Processes of the AWS provider that many runs of Terraform use: those of a test file that only read HCL, or those of one
// deployed tree. Starting the provider and reading its schema are the slowest parts of a short run.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../deployment/generated-tree.ts';
import { findInstalledProvider } from './installed-provider.ts';
import { ProviderProxy } from './provider-proxy.ts';
import { filterSchemas } from './schema-filter.ts';

const ADDRESS = 'registry.terraform.io/hashicorp/aws';
/** Enables garbage collection, because the process serves many runs. */
const GARBAGE_COLLECTION = { GOGC: '100' };

export interface SharedProvider {
  /** For the environment of `terraform`: `init` then skips the provider, and no run starts one. */
  readonly env: Readonly<{ TF_REATTACH_PROVIDERS: string }>;
  stop(): void;
}

export interface SharedProviderOptions {
  /** The tree: paths are relative to it, and Terraform sees only its types. Without it, those of all templates. */
  readonly folder?: string;
  /** With endpoint and credentials, unless the tree has them or its provider is mocked. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

interface ProviderProcess {
  readonly socket: string;
  stop(): void;
}

/**
 * Lets Terraform attach to processes of the installed provider: one for each configuration in use at the same time. Runs of
 * Terraform at the same time may share it. Terraform sees only the types that the product uses. The processes end with this one.
 */
export async function startSharedProvider(options: SharedProviderOptions = {}): Promise<SharedProvider> {
  const installed = findInstalledProvider();
  if (installed === undefined) throw new Error('the provider is not installed: require AWS_PROVIDER');
  const binary = findBinary(join(installed, '.terraform', 'providers'));
  const processes: ProviderProcess[] = [];
  // Short: a socket's path has at most 103 characters on macOS.
  const socket = join(tmpdir(), `p${randomUUID().slice(0, 8)}`);
  const proxy = new ProviderProxy({
    socket,
    async startProvider() {
      const started = await startProcess(binary, options);
      processes.push(started);
      return started.socket;
    },
    async readSchema(fetch) {
      const schema = await readSchema(fetch);
      if (options.folder === undefined) return schema;
      // A fifth of a second less: the schema of the firewall is ten times that of all others.
      const used = listTypes(options.folder, /\.(?:tf|tfstate)$/);
      return filterSchemas(schema, (name) => used.has(name));
    },
  });
  await proxy.listen();
  const attached = {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: process.pid,
    // Terraform does not end it.
    Test: true,
    Addr: { Network: 'unix', String: socket },
  };
  return {
    env: { TF_REATTACH_PROVIDERS: JSON.stringify({ [ADDRESS]: attached }) },
    stop() {
      proxy.close();
      for (const { stop } of processes) stop();
    },
  };
}

/** The schema of the types that the templates name, cached in the temporary folder of the run. */
async function readSchema(fetch: () => Promise<Buffer>): Promise<Buffer> {
  const file = join(tmpdir(), 'provider-schema');
  if (existsSync(file)) return readFileSync(file);
  const used = listTypes(join(PROJECT_ROOT, 'templates'), /\.hbs$/);
  const schema = filterSchemas(await fetch(), (name) => used.has(name));
  writeFileSync(`${file}-${process.pid}`, schema);
  renameSync(`${file}-${process.pid}`, file);
  return schema;
}

/** The types in the files of a tree, or in its state. */
function listTypes(folder: string, files: RegExp): Set<string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => files.test(name));
  return new Set(names.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/\baws_\w+/g) ?? []));
}

/** Starts the provider in the mode to which others attach. */
async function startProcess(
  binary: string,
  { folder = tmpdir(), env = process.env }: SharedProviderOptions,
): Promise<ProviderProcess> {
  // Unlike the provider, `cat` ends with this process, also when it is killed.
  const child = spawn('sh', ['-c', '"$0" -debug & cat >/dev/null; kill $!', binary], {
    cwd: folder,
    env: { ...env, ...GARBAGE_COLLECTION },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const socket = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      const path = /TF_REATTACH_PROVIDERS='.*"String":"([^"]+)"/.exec(output)?.[1];
      if (path !== undefined) resolve(path);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the provider ended with ${code}:\n${output}`)));
    child.stdout.once('end', () => reject(new Error(`the provider ended:\n${output}`)));
  });
  return { socket, stop: () => void child.stdin.end() };
}

/** Lists level by level: Terraform links to a mirror's folder, and a recursive listing does not follow links. */
function findBinary(folder: string): string {
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
