// One execution environment of one function: a Node process that serves one invocation at a time, as on AWS.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createInterface } from 'node:readline';
import { closeServer, listenOnFreePort, readBody } from '../http-server.ts';
import { killAndWait } from './child-process.ts';

export interface SandboxOptions {
  readonly functionArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** The complete environment, apart from the runtime API's address. */
  readonly environment: Readonly<Record<string, string>>;
  readonly onLogLine: (line: string) => void;
}

export interface InvocationOutcome {
  /** The handler's result, or Lambda's error object, as JSON text. */
  readonly payload: string;
  /** True when AWS would send `X-Amz-Function-Error`. */
  readonly failed: boolean;
}

export interface Sandbox {
  /** False once the process has ended or timed out; such a sandbox must not be used again. */
  isUsable(): boolean;
  invoke(payload: string): Promise<InvocationOutcome>;
  stop(): Promise<void>;
}

interface Invocation {
  readonly id: string;
  readonly payload: string;
  readonly resolve: (outcome: InvocationOutcome) => void;
  readonly timer: NodeJS.Timeout;
}

/** As a text: Yarn's Plug'n'Play keeps this package in a zip, which only this process can read. */
const RUNTIME = readFileSync(new URL('./lambda-runtime.mjs', import.meta.url), 'utf8');

/** Starts the process. Errors while it loads the function's code become the outcome of the first invocation. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const invocations = createMailbox<Invocation>();
  let current: Invocation | undefined;
  let isUsable = true;

  const finish = (outcome: InvocationOutcome): void => {
    const finished = current;
    current = undefined;
    clearTimeout(finished?.timer);
    // The output before the response has been read after this turn of the event loop.
    setImmediate(() => finished?.resolve(outcome));
  };
  const finishForGood = (errorType: string, errorMessage: string): void => {
    isUsable = false;
    finish({ payload: JSON.stringify({ errorType, errorMessage }), failed: true });
  };

  const server = http.createServer(async (request, response) => {
    if (request.url?.endsWith('/invocation/next')) {
      const { id, payload } = await invocations.take();
      response.writeHead(200, invocationHeaders(id, options)).end(payload);
      return;
    }
    const payload = await readBody(request);
    response.writeHead(202).end();
    if (request.url?.endsWith('/init/error')) isUsable = false;
    finish({ payload: payload.toString(), failed: !request.url?.endsWith('/response') });
  });
  const runtime = spawnRuntime(options, await listenOnFreePort(server));
  runtime.once('exit', (code, signal) =>
    finishForGood('Runtime.ExitError', `Runtime exited with ${signal ?? `exit code ${code}`}`),
  );

  return {
    isUsable: () => isUsable,
    invoke: (payload) =>
      new Promise((resolve) => {
        const timer = setTimeout(
          () =>
            finishForGood('Sandbox.Timedout', `Task timed out after ${options.timeoutSeconds}.00 seconds`),
          options.timeoutSeconds * 1000,
        );
        current = { id: randomUUID(), payload, resolve, timer };
        invocations.put(current);
      }),
    async stop() {
      await killAndWait(runtime);
      await closeServer(server);
    },
  };
}

/** Passes one value at a time; either side may come first. */
function createMailbox<T>(): { put(value: T): void; take(): Promise<T> } {
  const values: T[] = [];
  const takers: ((value: T) => void)[] = [];
  return {
    put(value) {
      const taker = takers.shift();
      if (taker === undefined) values.push(value);
      else taker(value);
    },
    take() {
      const value = values.shift();
      return value === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(value);
    },
  };
}

function spawnRuntime(options: SandboxOptions, runtimeApiPort: number): ChildProcess {
  const flags = [`--max-old-space-size=${options.memoryMb}`, '--input-type=module', '--eval', RUNTIME];
  const runtime = spawn(process.execPath, flags, {
    env: { ...options.environment, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${runtimeApiPort}` },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  createInterface({ input: runtime.stdout }).on('line', options.onLogLine);
  createInterface({ input: runtime.stderr }).on('line', options.onLogLine);
  return runtime;
}

function invocationHeaders(requestId: string, options: SandboxOptions): http.OutgoingHttpHeaders {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': requestId,
    'lambda-runtime-deadline-ms': Date.now() + options.timeoutSeconds * 1000,
    'lambda-runtime-invoked-function-arn': options.functionArn,
    'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
  };
}
