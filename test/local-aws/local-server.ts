// The Python process that plays AWS.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { killAndWait } from './child-process.ts';

export interface LocalServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const SERVER_FILE = fileURLToPath(new URL('./server/server.py', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/** Where a server is up already, a clone of it is started in its place, which takes no time. */
export const RUNNING_SERVER = 'LOCAL_AWS_ENDPOINT';

/** Resolves once the server accepts requests. The server ends with this process, however this process ends. */
export async function startLocalServer(): Promise<LocalServer> {
  const running = process.env[RUNNING_SERVER];
  if (running !== undefined) return await forkLocalServer(running);
  const server = spawn('python3', [SERVER_FILE], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
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

/** Clones the complete state of a server, at once and whatever its size. The clone also ends with this process. */
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
        // It ended already, with its original.
      }
    },
  };
}
