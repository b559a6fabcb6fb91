// Terraform in the generated folder, for one environment: its backend, its workspace, its variables. Which workspace is
// meant is said to each command anew, so that nobody else's `workspace select` can get in between.
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
  /** Lets Terraform finish what it is at and unlock the state. */
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
  /** Gets each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Exit codes beside 0 that are no failure. */
  readonly alsoGood?: readonly number[];
}

/** Every method that runs Terraform throws a `Problem` where it cannot be run at all. */
export class TerraformTree {
  readonly outDir: string;
  readonly #options: TerraformTreeOptions;

  constructor(options: TerraformTreeOptions) {
    this.#options = options;
    this.outDir = options.outDir;
    if (!existsSync(join(options.outDir, 'main.tf')))
      throw new Problem({
        what: `There is no generated Terraform in ${options.outDir}.`,
        fix: 'run `npm run generate`, or name the folder with --out',
      });
  }

  /** Runs a command, whatever its exit code; Terraform asks nothing. */
  async run(args: readonly string[], { workspace, env, onLine }: RunOptions = {}): Promise<TerraformRun> {
    const { signal, outDir } = this.#options;
    signal.throwIfAborted();
    const child = execa('terraform', args, {
      cwd: resolve(outDir),
      env: { TF_IN_AUTOMATION: 'true', TF_INPUT: '0', ...this.#environment(workspace), ...env },
      stdin: 'ignore',
      maxBuffer: LONGEST_OUTPUT,
      reject: false,
      // Out of the terminal's reach: Ctrl-C comes from here, and once, as a second one would break Terraform off.
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

  /** The same, and a `Problem` with what Terraform said unless it succeeds. */
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

  /** Downloads providers and connects to where the environment's state is. */
  async init(): Promise<void> {
    const { environment, spec } = this.#options;
    const backend =
      spec.backend === 'local' ? [] : ['-reconfigure', `-backend-config=${environment.name}.s3.tfbackend`];
    // As for the clients: an endpoint of one's own seldom has a name for each bucket.
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
    if (backend.length > 0 && endpoint !== undefined) backend.push('-backend-config=use_path_style=true');
    // A workspace that was selected earlier, perhaps of another backend, need not exist here.
    await this.mustRun(['init', '-input=false', '-no-color', ...backend], { workspace: DEFAULT_WORKSPACE });
  }

  /** Connects to the state where no `init` has done so yet; a local state needs one where a lock file names providers. */
  async connect(): Promise<void> {
    if (this.#options.spec.backend === 'local') {
      const { exitCode } = await this.run(['workspace', 'list', '-no-color'], {
        workspace: DEFAULT_WORKSPACE,
      });
      if (exitCode === 0) return;
    }
    // Whatever bucket the last `init` was for: this costs no download where the providers are there.
    await this.init();
  }

  /**
   * The workspace that holds the environment: its own, or `default` where the first environment was deployed without
   * workspaces. Undefined: none yet. Wants `connect` first.
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

  /** Makes it the selected one, for whoever goes on with plain Terraform, and makes it if it is missing. */
  async selectWorkspace(name: string): Promise<void> {
    await this.mustRun(['workspace', 'select', '-no-color', '-or-create', name]);
  }

  async hasResources(workspace: string): Promise<boolean> {
    return (await this.listResources(workspace)).length > 0;
  }

  /** Addresses of all that the state holds, data sources left out; none where there is no state. */
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

  /** Another one after every change of the state. */
  async readStateVersion(workspace: string): Promise<string> {
    const { stdout } = await this.mustRun(['state', 'pull'], { workspace });
    if (stdout.trim() === '') return 'none';
    const { lineage, serial } = JSON.parse(stdout) as { readonly lineage: string; readonly serial: number };
    return `${lineage} ${serial}`;
  }

  /** The values of all outputs by name; none where nothing is deployed. */
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

  /** How a command to be pasted begins. */
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
