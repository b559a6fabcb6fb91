// Vitest's global setup: one server for all the tests of a run, started when the first of them asks for it. They use clones
// of it, which take no time to start, and which know already what a new server reads with its first requests.
import http from 'node:http';
import { closeServer, listenOnFreePort } from '../../scripts/local/http-server.ts';
import { type LocalServer, SERVER_FOR_ALL, startOwnServer } from './local-server.ts';

export async function setup(): Promise<() => Promise<void>> {
  let server: Promise<LocalServer> | undefined;
  const answers = http.createServer((_, response) => {
    server ??= startOwnServer({ LOCAL_AWS_WARM: '1' });
    server.then(
      ({ endpoint }) => response.end(endpoint),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  process.env[SERVER_FOR_ALL] = `http://127.0.0.1:${await listenOnFreePort(answers)}`;
  return async () => {
    delete process.env[SERVER_FOR_ALL];
    await closeServer(answers);
    // One that could not be started has been reported to who asked.
    await server?.then(
      ({ stop }) => stop(),
      () => {},
    );
  };
}
