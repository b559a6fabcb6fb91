// Runs a bundled zip in a separate process, which a test may kill; the next invocation starts it again.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { bundleHandlers } from '../../generator/bundle/bundle-handlers.ts';
import type { OwnHandlers } from '../../generator/bundle/bundle-report.ts';
import { Problem } from '../../generator/command-line/problem.ts';
import { makeTemporaryFolder } from '../../generator/command-line/temporary-folder.ts';

const HOST = `
const { handler } = require('./index.js');
const context = {
  awsRequestId: 'invocation-1',
  functionName: 'local',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:local',
  memoryLimitInMB: '512',
  getRemainingTimeInMillis: () => 30000,
};
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, event } = JSON.parse(line);
  process.send({ id, answer: await handler(event, context) });
});`;

type FunctionName = 'webhook_handler' | 'audio_processor';

/** The zip, as the generator makes it. */
export async function buildPackage(name: FunctionName, ownHandlers?: OwnHandlers): Promise<Uint8Array> {
  const projectRoot = join(import.meta.dirname, '..', '..');
  const bundle = await bundleHandlers({ projectRoot, ownHandlers, runtime: 'nodejs22.x', sourceMaps: false });
  if (!bundle.ok)
    throw new Problem({ what: 'The functions cannot be packaged.', diagnostics: bundle.diagnostics });
  const zip = bundle.value.files.find(({ path }) => path === `lambda/${name}.zip`);
  if (!zip) throw new Error(`No package of ${name}`);
  return Buffer.from(zip.contents);
}

export class BundledFunction {
  readonly #folder = makeTemporaryFolder('function-');
  readonly #env: NodeJS.ProcessEnv;
  readonly #waiting = new Map<number, (answer: unknown) => void>();
  #child: ChildProcess | undefined;
  /** Settles when the latest process has ended and its output has been read. */
  #closed: Promise<unknown> | undefined;
  #nextId = 0;
  /** The complete log output of the function. */
  output = '';

  constructor(zip: Uint8Array, env: NodeJS.ProcessEnv) {
    const code = unzipSync(zip)['index.js'];
    if (!code) throw new Error('No code in the zip');
    this.#env = env;
    writeFileSync(join(this.#folder, 'index.js'), code);
    writeFileSync(join(this.#folder, 'host.cjs'), HOST);
  }

  /** Bundles the function as the generator does. */
  static async build(name: FunctionName, env: NodeJS.ProcessEnv): Promise<BundledFunction> {
    return new BundledFunction(await buildPackage(name), env);
  }

  /** Invokes the function; undefined when its process ends without a response. */
  invoke(event: unknown): Promise<unknown> {
    const id = this.#nextId;
    this.#nextId += 1;
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      child.stdin?.write(`${JSON.stringify({ id, event })}\n`);
    });
  }

  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Resolves when the process has ended and `output` is complete. */
  async stop(): Promise<void> {
    this.kill();
    await this.#closed;
    rmSync(this.#folder, { recursive: true });
  }

  #start(): ChildProcess {
    const child = spawn(process.execPath, [join(this.#folder, 'host.cjs')], {
      // Without this process's environment: a profile or an endpoint in it would redirect the SDK.
      env: {
        NODE_NO_WARNINGS: '1',
        HOME: this.#folder,
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        ...this.#env,
      },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once('close', resolve));
    const keep = (text: string) => {
      this.output += text;
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    child.stdin?.on('error', () => {});
    child.on('message', ({ id, answer }: { id: number; answer: unknown }) => this.#settle(id, answer));
    child.on('exit', () => {
      if (this.#child === child) this.#child = undefined;
      for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
    });
    return child;
  }

  #settle(id: number, answer: unknown): void {
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }
}
