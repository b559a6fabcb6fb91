// Runs real Terraform on a private copy of a generated tree, against a local AWS.
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { type SharedProvider, startSharedProvider } from '../support/terraform/shared-provider.ts';
import type { LocalAws } from './local-aws.ts';

export interface TerraformWorkdirOptions {
  /** The generated tree. */
  readonly outDir: string;
  readonly localAws: LocalAws;
  /** Added to the environment, such as `TF_VAR_sonotheia_api_key`. */
  readonly env?: Readonly<Record<string, string>>;
}

interface TerraformRunOptions {
  /** Relative to the tree, such as `dev.tfvars`. */
  readonly varFile?: string;
  /** Passed as `-var name=value`. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Further arguments, last on the command line. */
  readonly args?: readonly string[];
}

interface PlanResult {
  readonly hasChanges: boolean;
  /** The output of Terraform. */
  readonly text: string;
}

/** When Terraform fails, every method throws an error with the command, the directory and the complete output. */
export interface TerraformWorkdir {
  readonly path: string;
  init(): Promise<void>;
  /** Call after the tree was generated again into `path`: points its providers, which may differ, to the local AWS. */
  adoptTree(): Promise<void>;
  validate(): Promise<void>;
  plan(options?: TerraformRunOptions): Promise<PlanResult>;
  /** Returns the output of Terraform. */
  apply(options?: TerraformRunOptions): Promise<string>;
  destroy(options?: TerraformRunOptions): Promise<string>;
  /** The values of all outputs by name. */
  output(): Promise<Record<string, unknown>>;
  /** `terraform show -json`, of the state or of a saved plan. */
  show(planFile?: string): Promise<unknown>;
  /** Selects a workspace; creates it if necessary. */
  selectWorkspace(name: string): Promise<void>;
  /** The environment in which commands that run Terraform here share its provider, and its credentials. */
  shareProvider(): Promise<Readonly<Record<string, string>>>;
  /** Any other command. Returns standard output. */
  run(args: readonly string[]): Promise<string>;
  /** The same tree and state for a fork of the local AWS: applied there, with an empty plan. Remove it first. */
  copyFor(fork: LocalAws): Promise<TerraformWorkdir>;
  remove(): Promise<void>;
}

const OVERRIDE_FILE = 'local_override.tf';
/** Commands that install the provider or do not use it. */
const WITHOUT_PROVIDER = new Set(['init', 'workspace', 'fmt', 'version', 'force-unlock']);
const NO_CHANGES = 0;
const CHANGES = 2;

/** Copies the tree into a temporary directory and points each of its AWS providers to the local AWS. */
export async function createTerraformWorkdir(options: TerraformWorkdirOptions): Promise<TerraformWorkdir> {
  const directory = await mkdtemp(path.join(tmpdir(), 'terraform-'));
  await cp(options.outDir, directory, { recursive: true, filter: isNotTerraformsOwn });
  await writeOverride(directory);
  return openWorkdir(directory, options);
}

/** The same in the tree's own folder, without a copy. */
export async function openTerraformTree(options: TerraformWorkdirOptions): Promise<TerraformWorkdir> {
  await writeOverride(options.outDir);
  return openWorkdir(options.outDir, options);
}

function isNotTerraformsOwn(file: string): boolean {
  const name = path.basename(file);
  return name !== '.terraform' && !name.includes('.tfstate');
}

async function writeOverride(directory: string): Promise<void> {
  await writeFile(path.join(directory, OVERRIDE_FILE), await buildOverride(directory));
}

/**
 * Writes an override file, which Terraform merges into the tree's providers without changing their regions and default
 * tags. The endpoint comes from AWS_ENDPOINT_URL.
 */
async function buildOverride(directory: string): Promise<string> {
  const bodies = await listProviders(directory);
  return bodies.map((body) => overrideProvider(/^\s*alias\s*=\s*(".*")/m.exec(body)?.[1])).join('\n');
}

/** The bodies of the tree's AWS provider blocks. */
async function listProviders(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.tf') && name !== OVERRIDE_FILE);
  const texts = await Promise.all(names.sort().map((name) => readFile(path.join(directory, name), 'utf8')));
  const blocks = texts.join('\n').matchAll(/^provider\s+"aws"\s*\{([\s\S]*?)^\}/gm);
  return [...blocks].map(([, body = '']) => body);
}

function overrideProvider(quotedAlias: string | undefined): string {
  return `provider "aws" {${quotedAlias === undefined ? '' : `\n  alias = ${quotedAlias}`}
  max_retries             = 2
  s3_use_path_style       = true
  skip_metadata_api_check = true
}
`;
}

function openWorkdir(directory: string, options: TerraformWorkdirOptions): TerraformWorkdir {
  // All runs of a tree share the provider's processes.
  let provider: Promise<SharedProvider> | undefined;
  const shareProvider = async (): Promise<Readonly<Record<string, string>>> => {
    // Terraform logs only the output of providers that it has started.
    if (options.env?.TF_LOG_PROVIDER !== undefined) return {};
    provider ??= startSharedProvider({
      folder: directory,
      env: { ...process.env, ...buildEnvironment(options) },
    });
    return (await provider).env;
  };
  const stopProvider = async (): Promise<void> => {
    const running = provider;
    provider = undefined;
    (await running)?.stop();
  };
  const run = async (
    args: readonly string[],
    successCodes: readonly number[] = [NO_CHANGES],
  ): Promise<{ exitCode: number; stdout: string }> => {
    const { exitCode, stdout, stderr, all, shortMessage } = await execa('terraform', args, {
      cwd: directory,
      env: {
        ...buildEnvironment(options),
        ...(WITHOUT_PROVIDER.has(args[0] ?? '') ? {} : await shareProvider()),
      },
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    if (exitCode !== undefined && successCodes.includes(exitCode)) return { exitCode, stdout };
    const said = stderr.trim() === '' ? all : stderr;
    throw new Error(
      `terraform ${args.join(' ')}\nin ${directory}\n${shortMessage ?? `exit code ${exitCode}`}\n${said}`,
    );
  };
  const runText = async (args: readonly string[]): Promise<string> => (await run(args)).stdout;

  return {
    path: directory,
    init: async () => void (await run(['init', '-input=false', '-no-color'])),
    adoptTree: () => writeOverride(directory),
    validate: async () => void (await run(['validate', '-no-color'])),
    async plan(runOptions) {
      const args = ['plan', '-detailed-exitcode', ...commonArguments(runOptions)];
      const { exitCode, stdout } = await run(args, [NO_CHANGES, CHANGES]);
      return { hasChanges: exitCode === CHANGES, text: stdout };
    },
    apply: (runOptions) => runText(['apply', '-auto-approve', ...commonArguments(runOptions)]),
    destroy: (runOptions) => runText(['destroy', '-auto-approve', ...commonArguments(runOptions)]),
    async output() {
      const outputs = JSON.parse(await runText(['output', '-json'])) as Record<string, { value: unknown }>;
      return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
    },
    show: async (planFile) =>
      JSON.parse(await runText(['show', '-json', ...(planFile === undefined ? [] : [planFile])])) as unknown,
    selectWorkspace: async (name) => void (await run(['workspace', 'select', '-or-create', name])),
    shareProvider,
    run: runText,
    async copyFor(fork) {
      const copy = await mkdtemp(path.join(tmpdir(), 'terraform-'));
      const providers = path.join('.terraform', 'providers');
      const isOwn = (file: string): boolean => path.relative(directory, file) !== providers;
      await cp(directory, copy, { recursive: true, verbatimSymlinks: true, filter: isOwn });
      // Hundreds of megabytes where Terraform downloaded them.
      await symlink(path.join(directory, providers), path.join(copy, providers));
      await replaceInStates(copy, options.localAws.endpoint, fork.endpoint);
      return openWorkdir(copy, { ...options, localAws: fork });
    },
    async remove() {
      await stopProvider();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function commonArguments({ varFile, vars = {}, args = [] }: TerraformRunOptions = {}): string[] {
  return [
    '-input=false',
    '-no-color',
    ...(varFile === undefined ? [] : [`-var-file=${varFile}`]),
    ...Object.entries(vars).flatMap(([name, value]) => ['-var', `${name}=${value}`]),
    ...args,
  ];
}

/** Excludes settings of the developer's own AWS account. */
function buildEnvironment({ localAws, env }: TerraformWorkdirOptions): Record<string, string | undefined> {
  return {
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
    // A provider that is configured for a second time cannot add it to the client that it has.
    AWS_CA_BUNDLE: undefined,
    ...localAws.env,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    TF_IN_AUTOMATION: 'true',
    ...env,
  };
}

/** Queue URLs, which are the ids of queues, contain the port. */
async function replaceInStates(directory: string, oldEndpoint: string, newEndpoint: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true })) {
    if (!entry.endsWith('.tfstate') || entry.startsWith('.terraform')) continue;
    const file = path.join(directory, entry);
    const state = await readFile(file, 'utf8');
    await writeFile(file, state.replaceAll(oldEndpoint, newEndpoint));
  }
}
