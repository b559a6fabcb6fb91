// The Python process of the local AWS.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { killAndWait } from '../../scripts/local/lambda/child-process.ts';

export interface LocalServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const SERVER_FILE = fileURLToPath(new URL('./server/server.py', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/** Name of the variable with the URL that returns the endpoint of the shared server; see server-for-all.ts. */
export const SERVER_FOR_ALL = 'LOCAL_AWS_FOR_ALL';

/**
 * Starts an empty server: a clone of the shared one if there is one. Resolves once it accepts requests.
 */
export async function startLocalServer(): Promise<LocalServer> {
  const url = process.env[SERVER_FOR_ALL];
  if (url === undefined) return await startOwnServer();
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return await forkLocalServer(text);
}

/** Starts a server that ends with this process, also when this process is killed. */
export async function startOwnServer(env: Readonly<Record<string, string>> = {}): Promise<LocalServer> {
  const server = spawn('python3', [SERVER_FILE], {
    env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-10_000);
  });
  const port = await readPort(server, () => errors);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () => killAndWait(server),
  };
}

function readPort(server: ChildProcess, errors: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      server.kill('SIGKILL');
      reject(new Error(`The local AWS ${reason}.\n${errors()}`));
    };
    const timer = setTimeout(() => fail(`did not start in ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    server.once('error', (error) => fail(`could not be started: ${error.message}`));
    server.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with exit code ${code}`);
    });
    if (server.stdout === null) return;
    createInterface({ input: server.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve((JSON.parse(line) as { port: number }).port);
    });
  });
}

/** Clones the complete state of a server, of any size, at once. The clone ends with the original at the latest. */
export async function forkLocalServer(endpoint: string): Promise<LocalServer> {
  const answer = await fetch(`${endpoint}/moto-api/fork`, { method: 'POST' });
  if (!answer.ok) throw new Error(`The local AWS could not be forked: ${await answer.text()}`);
  const clone = (await answer.json()) as { pid: number; port: number };
  return {
    endpoint: `http://127.0.0.1:${clone.port}`,
    async stop() {
      try {
        process.kill(clone.pid, 'SIGKILL');
      } catch {
        // It has already ended with its original.
      }
    },
  };
}
