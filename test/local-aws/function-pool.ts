// Runs deployed functions: one sandbox per concurrent invocation, new sandboxes after a new deployment.
import type { AwsCredentials } from './aws-access.ts';
import {
  buildEnvironment,
  type DeployedFunction,
  type FunctionReader,
  removeCode,
  unpackCode,
} from './deployed-function.ts';
import { type InvocationOutcome, type Sandbox, startSandbox } from './lambda-sandbox.ts';
import { isDelivered } from './log-filter.ts';

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
  readonly #sandboxes = new Set<Sandbox>();
  readonly #idle: Sandbox[] = [];
  readonly #waiting: (() => void)[] = [];
  #busyCount = 0;
  #isRetired = false;

  constructor(deployed: DeployedFunction, options: FunctionPoolOptions, onLogLine: (line: string) => void) {
    this.#deployed = deployed;
    this.#options = options;
    this.#onLogLine = onLogLine;
    this.prepared = this.#prepare();
    // Avoid an unhandled rejection before the first invocation awaits it.
    this.prepared.catch(() => {});
  }

  isOf(deployed: DeployedFunction): boolean {
    return JSON.stringify(deployed.configuration) === JSON.stringify(this.#deployed.configuration);
  }

  async invoke(payload: string): Promise<InvocationOutcome> {
    while (this.#busyCount >= this.#options.maxSandboxesPerFunction) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#busyCount += 1;
    try {
      const sandbox = this.#idle.pop() ?? (await this.#startSandbox());
      const outcome = await sandbox.invoke(payload);
      if (sandbox.isUsable() && !this.#isRetired) this.#idle.push(sandbox);
      else await this.#stopSandbox(sandbox);
      return outcome;
    } finally {
      this.#busyCount -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Lets running invocations finish, as a deployment on AWS does. */
  retire(): void {
    this.#isRetired = true;
    for (const sandbox of this.#idle.splice(0)) void this.#stopSandbox(sandbox);
  }

  async dispose(): Promise<void> {
    this.#isRetired = true;
    await Promise.all([...this.#sandboxes].map((sandbox) => this.#stopSandbox(sandbox)));
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
    const sandbox = await startSandbox({
      functionArn: arn,
      timeoutSeconds: configuration.Timeout ?? 3,
      memoryMb: configuration.MemorySize ?? 128,
      environment: buildEnvironment(this.#deployed, taskRoot, this.#options.endpoint, credentials),
      onLogLine: (line) => {
        if (isDelivered(line, configuration.LoggingConfig)) this.#onLogLine(line);
      },
    });
    this.#sandboxes.add(sandbox);
    return sandbox;
  }

  async #stopSandbox(sandbox: Sandbox): Promise<void> {
    this.#sandboxes.delete(sandbox);
    await sandbox.stop();
  }
}
