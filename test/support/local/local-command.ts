// `npx sonotheia local` as a separate process, in a folder with a small spec.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../deployment/generated-tree.ts';
import { NOBODYS } from '../operator-command.ts';

const SPEC = 'project_name: acme\nenvironments:\n  dev: { regions: [us-east-1] }\n';
const LAST_LINE = 'Ctrl-C ends it.';

export interface LocalProcess {
  readonly child: ChildProcess;
  /** All output so far. */
  readonly output: string;
  readonly startedAfterMs: number;
  readonly exitCode: number | null;
}

/** An installed package, in a project with a spec. */
interface Installed {
  readonly project: string;
  readonly main: string;
}

export class LocalCommand {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #installed: Installed | undefined;
  readonly #running = new Set<ChildProcess>();

  /** Of this clone by default, in a new folder. */
  constructor(env: NodeJS.ProcessEnv = {}, installed?: Installed) {
    this.#env = { ...process.env, ...NOBODYS, ...env };
    this.#installed = installed;
    this.folder = installed?.project ?? mkdtempSync(join(tmpdir(), 'local-command-'));
    if (installed !== undefined) return;
    writeFileSync(join(this.folder, 'sonotheia.config.yaml'), SPEC);
    // As in a clone and in many projects. The functions are CommonJS.
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }');
  }

  /** Resolves when it is ready, or has ended by itself. */
  async start(port: number, ...words: readonly string[]): Promise<LocalProcess> {
    const main = this.#installed?.main ?? join(PROJECT_ROOT, 'generator', 'main.mjs');
    const startedAtMs = performance.now();
    const child = spawn(process.execPath, [main, 'local', '--port', String(port), ...words], {
      cwd: this.folder,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    let output = '';
    await new Promise<void>((resolve) => {
      const read = (text: string): void => {
        output += text;
        if (output.includes(LAST_LINE)) resolve();
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
      child.once('close', () => resolve());
    });
    const startedAfterMs = performance.now() - startedAtMs;
    return {
      child,
      get output() {
        return output;
      },
      startedAfterMs,
      exitCode: child.exitCode,
    };
  }

  async end({ child }: LocalProcess, signal: NodeJS.Signals): Promise<number | null> {
    const exited = once(child, 'exit');
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    return code;
  }

  async remove(): Promise<void> {
    for (const child of this.#running) child.kill('SIGKILL');
    if (this.#installed === undefined) rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The first of four free ports in a row, below those that systems give to other programs until the command starts. */
export async function findFreePorts(): Promise<number> {
  for (;;) {
    const first = randomInt(20_000, 32_000);
    const ports = await Promise.all([0, 1, 2, 3].map((offset) => listenOnce(first + offset)));
    if (!ports.includes(undefined)) return first;
  }
}

async function listenOnce(port: number): Promise<number | undefined> {
  const server = http.createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  } catch {
    return undefined;
  }
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : undefined;
}
