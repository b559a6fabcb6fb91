// Runs Terraform in the generated folder for one environment: backend, workspace, variables. Each command gets its workspace
// in TF_WORKSPACE, so that another process's `workspace select` cannot interfere.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { Problem } from '../../generator/command-line/problem.ts';
import { explainTerraform, stripColors } from './explain-terraform.ts';
import { refuseTornState } from './local-state.ts';
import { chooseDataDir, formatCommand, type Place } from './terraform-command.ts';

const DEFAULT_WORKSPACE = 'default';
const LONGEST_OUTPUT = 500_000_000;

export interface TerraformTreeOptions extends Place {
  /** Interrupts Terraform, which finishes its current work and unlocks the state. */
  readonly signal: AbortSignal;
}

export interface TerraformRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly workspace?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of stdout as it arrives. */
  readonly onLine?: (line: string) => void;
  /** Exit codes other than 0 that count as success. */
  readonly alsoGood?: readonly number[];
}

/** Every method that runs Terraform throws a `Problem` if it is not installed. */
export class TerraformTree {
  readonly outDir: string;
  readonly #options: TerraformTreeOptions;

  constructor(options: TerraformTreeOptions) {
    this.#options = options;
    this.outDir = options.outDir;
    if (!existsSync(join(options.outDir, 'main.tf')))
      throw new Problem({
        what: `There is no generated Terraform in ${options.outDir}.`,
        fix: 'run `npx sonotheia generate`, or name the folder with --out',
      });
  }

  /** Runs a command and returns its result, whatever the exit code. Terraform may not prompt. */
  async run(args: readonly string[], { workspace, env, onLine }: RunOptions = {}): Promise<TerraformRun> {
    const { signal, outDir } = this.#options;
    signal.throwIfAborted();
    const child = execa('terraform', args, {
      cwd: resolve(outDir),
      env: { TF_IN_AUTOMATION: 'true', TF_INPUT: '0', ...this.#environment(workspace), ...env },
      stdin: 'ignore',
      maxBuffer: LONGEST_OUTPUT,
      reject: false,
      // Detached, so that Ctrl-C reaches Terraform once, from here: a second one would make it quit at once.
      detached: process.platform !== 'win32',
      cleanup: false,
    });
    if (onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine);
    const interrupt = (): void => void child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      const { exitCode, stdout, stderr, code } = await child;
      if (code === 'ENOENT') throw describeMissingTerraform();
      signal.throwIfAborted();
      return { exitCode, stdout, stderr };
    } finally {
      signal.removeEventListener('abort', interrupt);
    }
  }

  /** Like `run`, but throws a `Problem` with Terraform's error if it fails. */
  async mustRun(args: readonly string[], options: RunOptions = {}): Promise<TerraformRun> {
    const run = await this.run(args, options);
    const { exitCode, stdout, stderr } = run;
    if (exitCode === 0 || options.alsoGood?.includes(exitCode ?? Number.NaN) === true) return run;
    const why = stripColors(stderr || stdout).trim();
    throw new Problem({
      what: `terraform ${args[0]} failed in ${this.outDir}. Nothing was changed.`,
      why,
      fix: explainTerraform(why),
    });
  }

  /** Downloads providers and configures the backend of the environment. */
  async init(): Promise<void> {
    const { environment, spec } = this.#options;
    const backend =
      spec.backend === 'local' ? [] : ['-reconfigure', `-backend-config=${environment.name}.s3.tfbackend`];
    // As for the SDK's clients: a custom endpoint rarely resolves a host name for each bucket.
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
    if (backend.length > 0 && endpoint !== undefined) backend.push('-backend-config=use_path_style=true');
    // The selected workspace may belong to another backend, and `init` fails if it does not exist.
    await this.mustRun(['init', '-input=false', '-no-color', ...backend], { workspace: DEFAULT_WORKSPACE });
  }

  /** Runs `init` if the state cannot be read without it; a local state needs it once the lock file names providers. */
  async connect(): Promise<void> {
    if (this.#options.spec.backend === 'local') {
      const { exitCode } = await this.run(['workspace', 'list', '-no-color'], {
        workspace: DEFAULT_WORKSPACE,
      });
      if (exitCode === 0) return;
    }
    // Always for S3, as the last `init` may have been for another bucket. Installed providers are not downloaded again.
    await this.init();
  }

  /**
   * Returns the workspace of the environment: its own, or `default` if the first environment was deployed without workspaces;
   * undefined if there is none yet. Call `connect` first.
   */
  async findWorkspace(): Promise<string | undefined> {
    const { environment, spec } = this.#options;
    const { name } = environment;
    const existing = await this.#listWorkspaces();
    if (existing.includes(name) && (await this.hasResources(name))) return name;
    const isFirst = spec.environments[0].name === name;
    if (isFirst && (await this.hasResources(DEFAULT_WORKSPACE))) return DEFAULT_WORKSPACE;
    return existing.includes(name) ? name : undefined;
  }

  /** Selects the workspace, and creates it if it is missing; plain `terraform` commands then use it too. */
  async selectWorkspace(name: string): Promise<void> {
    await this.mustRun(['workspace', 'select', '-no-color', '-or-create', name]);
  }

  async hasResources(workspace: string): Promise<boolean> {
    return (await this.listResources(workspace)).length > 0;
  }

  /** Lists the addresses of the managed resources in the state; empty if there is no state. */
  async listResources(workspace: string): Promise<string[]> {
    refuseTornState(this.#options, workspace);
    const { exitCode, stdout, stderr } = await this.run(['state', 'list', '-no-color'], { workspace });
    if (exitCode !== 0 && !stderr.includes('No state file was found'))
      throw new Problem({
        what: 'The state cannot be read.',
        why: stripColors(stderr).trim(),
        fix: explainTerraform(stderr),
      });
    return stdout.split('\n').filter((address) => address !== '' && !/(^|\.)data\./.test(address));
  }

  /** Returns an id that differs after every change of the state. */
  async readStateVersion(workspace: string): Promise<string> {
    const { stdout } = await this.mustRun(['state', 'pull'], { workspace });
    if (stdout.trim() === '') return 'none';
    const { lineage, serial } = JSON.parse(stdout) as { readonly lineage: string; readonly serial: number };
    return `${lineage} ${serial}`;
  }

  /** Returns the values of all outputs by name; empty if nothing is deployed. */
  async readOutputs(workspace: string): Promise<Readonly<Record<string, unknown>>> {
    const { stdout: text } = await this.mustRun(['output', '-json', '-no-color'], { workspace });
    const outputs = JSON.parse(text) as Record<string, { readonly value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  async #listWorkspaces(): Promise<string[]> {
    const { stdout: text } = await this.mustRun(['workspace', 'list', '-no-color'], {
      workspace: DEFAULT_WORKSPACE,
    });
    return text.split('\n').flatMap((line) => /^[* ] (\S+)$/.exec(line)?.[1] ?? []);
  }

  #environment(workspace: string | undefined): Readonly<Record<string, string | undefined>> {
    return { TF_WORKSPACE: workspace, TF_DATA_DIR: chooseDataDir(this.#options) };
  }

  /** Returns the start of a command to paste. */
  formatCommand(workspace: string): string {
    return formatCommand(this.#options, workspace);
  }
}

function describeMissingTerraform(): Problem {
  return new Problem({
    what: 'There is no terraform on the PATH.',
    fix: 'install it: https://developer.hashicorp.com/terraform/install',
  });
}
