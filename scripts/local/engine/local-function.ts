// One packaged function: its code in a folder, and its execution environments. Each has credentials of its own, which name
// it in its calls to AWS, so that the process that made a call can be killed after it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { type InvocationOutcome, type Sandbox, startSandbox } from '../lambda/lambda-sandbox.ts';
import { isDelivered } from '../lambda/log-filter.ts';
import { SandboxPool } from '../lambda/sandbox-pool.ts';
import { ACCOUNT_ID, type FunctionName, functionNameOf, type LocalStack } from './local-stack.ts';
import type { MovableClock } from './movable-clock.ts';

export interface Invoked {
  readonly durationMs: number;
  readonly outcome: InvocationOutcome;
}

export interface LocalFunctionOptions {
  readonly stack: LocalStack;
  readonly name: FunctionName;
  /** Gets the code, in a folder for each package. */
  readonly folder: string;
  readonly clock: MovableClock;
  /** Read at the start of each execution environment. */
  readonly variables: () => Readonly<Record<string, string>>;
  readonly awsEndpoint: () => string;
  readonly maxSandboxes: number;
  readonly onLogLine: (line: string) => void;
  readonly onInvoked: (invoked: Invoked) => void;
}

export class LocalFunction {
  readonly #options: LocalFunctionOptions;
  /** By the access key of its credentials. */
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #retired: SandboxPool[] = [];
  #pool: SandboxPool | undefined;
  #taskRoot = '';
  #packages = 0;
  #started = 0;
  #running = 0;

  constructor(options: LocalFunctionOptions) {
    this.#options = options;
    rmSync(options.folder, { recursive: true, force: true });
    mkdirSync(options.folder, { recursive: true });
    // Without it, Node.js applies the `"type": "module"` of a package.json above, which the zip does not have on AWS.
    writeFileSync(join(options.folder, 'package.json'), '{}');
    options.clock.onMove(() => this.#replacePool());
  }

  get running(): number {
    return this.#running;
  }

  /** Further invocations use the new package; running ones end with the old one. */
  deploy(zip: Uint8Array): void {
    this.#packages += 1;
    this.#taskRoot = join(this.#options.folder, String(this.#packages));
    for (const [name, contents] of Object.entries(unzipSync(zip))) {
      if (name.endsWith('/')) continue;
      const file = join(this.#taskRoot, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contents);
    }
    this.#replacePool();
  }

  async invoke(payload: string): Promise<InvocationOutcome> {
    if (this.#pool === undefined) throw new Error(`${this.#options.name} is not deployed`);
    this.#running += 1;
    const startedAtMs = performance.now();
    try {
      const outcome = await this.#pool.invoke(payload).catch(describeFailedStart);
      this.#options.onInvoked({ durationMs: performance.now() - startedAtMs, outcome });
      return outcome;
    } finally {
      this.#running -= 1;
    }
  }

  /** Kills the process with these credentials; its invocation fails. */
  kill(accessKeyId: string): void {
    void this.#sandboxes.get(accessKeyId)?.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pool, ...this.#retired].map((pool) => pool?.dispose()));
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  #replacePool(): void {
    if (this.#pool !== undefined) {
      this.#pool.retire();
      this.#retired.push(this.#pool);
    }
    const taskRoot = this.#taskRoot;
    this.#pool = new SandboxPool({
      start: () => this.#start(taskRoot),
      maxSandboxes: this.#options.maxSandboxes,
    });
  }

  async #start(taskRoot: string): Promise<Sandbox> {
    const { stack, name, onLogLine } = this.#options;
    this.#started += 1;
    const accessKeyId = `local-${name}-${this.#started}`;
    const logging = {
      LogFormat: 'JSON',
      ApplicationLogLevel: platformLevel(stack.settings.lambda.log_level),
    } as const;
    const sandbox = await startSandbox({
      functionArn: `arn:aws:lambda:${stack.region}:${ACCOUNT_ID}:function:${functionNameOf(stack, name)}`,
      timeoutSeconds: stack.settings.lambda.timeout,
      memoryMb: stack.settings.lambda.memory_size,
      environment: this.#environment(taskRoot, accessKeyId),
      onLogLine: (line) => {
        if (isDelivered(line, logging)) onLogLine(line);
      },
    });
    this.#sandboxes.set(accessKeyId, sandbox);
    return sandbox;
  }

  /** Complete: nothing of this process's environment, which may hold credentials, a profile or an endpoint. */
  #environment(taskRoot: string, accessKeyId: string): Record<string, string> {
    const { stack, name, clock, variables, awsEndpoint } = this.#options;
    const functionName = functionNameOf(stack, name);
    return {
      PATH: '/usr/bin:/bin',
      HOME: taskRoot,
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
      NODE_NO_WARNINGS: '1',
      ...variables(),
      _HANDLER: 'index.handler',
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(stack.settings.lambda.memory_size),
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${accessKeyId}`,
      AWS_REGION: stack.region,
      AWS_DEFAULT_REGION: stack.region,
      AWS_ENDPOINT_URL: awsEndpoint(),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...(clock.offsetMs === 0 ? {} : { LOCAL_CLOCK_OFFSET_MS: String(clock.offsetMs) }),
    };
  }
}

/** Such as a machine without another process or file: the invocation fails, as one that crashes. */
function describeFailedStart(error: unknown): InvocationOutcome {
  const errorMessage = error instanceof Error ? error.message : String(error);
  return { payload: JSON.stringify({ errorType: 'Runtime.StartError', errorMessage }), failed: true };
}

/** As in templates/modules/sonotheia/main.tf.hbs: Lambda's own filter would also drop the metrics. */
function platformLevel(level: string): 'TRACE' | 'DEBUG' | 'INFO' {
  return level === 'TRACE' || level === 'DEBUG' ? level : 'INFO';
}
