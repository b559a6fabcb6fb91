// Runs deployed functions: one sandbox per concurrent invocation, new sandboxes after a new deployment.

import {
  type InvocationOutcome,
  type Sandbox,
  startSandbox,
} from '../../scripts/local/lambda/lambda-sandbox.ts';
import { isDelivered } from '../../scripts/local/lambda/log-filter.ts';
import { SandboxPool } from '../../scripts/local/lambda/sandbox-pool.ts';
import type { AwsCredentials } from './aws-access.ts';
import {
  buildEnvironment,
  type DeployedFunction,
  type FunctionReader,
  removeCode,
  unpackCode,
} from './deployed-function.ts';

export interface FunctionPoolOptions {
  readonly reader: FunctionReader;
  readonly endpoint: string;
  /** Limit of concurrent invocations; further ones wait, while AWS would throttle them. */
  readonly maxSandboxesPerFunction: number;
}

/** All functions of one local AWS. */
export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #current = new Map<string, Deployment>();
  readonly #all: Deployment[] = [];
  readonly #logs = new Map<string, string[]>();

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
  }

  /** Runs the function as it is deployed at this moment. */
  async invoke(nameOrArn: string, payload: string): Promise<InvocationOutcome> {
    return (await this.#findDeployment(nameOrArn)).invoke(payload);
  }

  /** Credentials of the function's own role. */
  async credentialsOf(nameOrArn: string): Promise<AwsCredentials> {
    return (await (await this.#findDeployment(nameOrArn)).prepared).credentials;
  }

  /** All output of the function since the start, oldest line first. */
  logs(functionName: string): readonly string[] {
    return this.#linesOf(functionName);
  }

  /** Adds a line of the harness's own, such as a poller's error, to a function's log. */
  log(functionName: string, line: string): void {
    this.#linesOf(functionName).push(line);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((deployment) => deployment.dispose()));
  }

  #linesOf(functionName: string): string[] {
    const lines = this.#logs.get(functionName) ?? [];
    this.#logs.set(functionName, lines);
    return lines;
  }

  async #findDeployment(nameOrArn: string): Promise<Deployment> {
    const deployed = await this.#options.reader.read(nameOrArn);
    const known = this.#current.get(deployed.arn);
    if (known?.isOf(deployed)) return known;
    known?.retire();
    const deployment = new Deployment(deployed, this.#options, (line) => this.log(deployed.name, line));
    this.#current.set(deployed.arn, deployment);
    this.#all.push(deployment);
    return deployment;
  }
}

/** One version of one function's code and configuration, and the sandboxes that run it. */
class Deployment {
  /** Its code, unpacked, and its role, assumed. */
  readonly prepared: Promise<{ taskRoot: string; credentials: AwsCredentials }>;
  readonly #deployed: DeployedFunction;
  readonly #options: FunctionPoolOptions;
  readonly #onLogLine: (line: string) => void;
  readonly #sandboxes: SandboxPool;

  constructor(deployed: DeployedFunction, options: FunctionPoolOptions, onLogLine: (line: string) => void) {
    this.#deployed = deployed;
    this.#options = options;
    this.#onLogLine = onLogLine;
    this.prepared = this.#prepare();
    // Avoid an unhandled rejection before the first invocation awaits it.
    this.prepared.catch(() => {});
    this.#sandboxes = new SandboxPool({
      start: () => this.#startSandbox(),
      maxSandboxes: options.maxSandboxesPerFunction,
    });
  }

  isOf(deployed: DeployedFunction): boolean {
    return JSON.stringify(deployed.configuration) === JSON.stringify(this.#deployed.configuration);
  }

  invoke(payload: string): Promise<InvocationOutcome> {
    return this.#sandboxes.invoke(payload);
  }

  retire(): void {
    this.#sandboxes.retire();
  }

  async dispose(): Promise<void> {
    await this.#sandboxes.dispose();
    const prepared = await this.prepared.catch(() => undefined);
    if (prepared !== undefined) await removeCode(prepared.taskRoot);
  }

  async #prepare(): Promise<{ taskRoot: string; credentials: AwsCredentials }> {
    const credentials = await this.#options.reader.assumeRoleOf(this.#deployed);
    return { taskRoot: await unpackCode(this.#deployed), credentials };
  }

  async #startSandbox(): Promise<Sandbox> {
    const { configuration, arn } = this.#deployed;
    const { taskRoot, credentials } = await this.prepared;
    return startSandbox({
      functionArn: arn,
      timeoutSeconds: configuration.Timeout ?? 3,
      memoryMb: configuration.MemorySize ?? 128,
      environment: buildEnvironment(this.#deployed, taskRoot, this.#options.endpoint, credentials),
      onLogLine: (line) => {
        if (isDelivered(line, configuration.LoggingConfig)) this.#onLogLine(line);
      },
    });
  }
}
