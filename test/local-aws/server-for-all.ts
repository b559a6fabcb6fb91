// Vitest's global setup: one server for all tests of a run, started by the first test that needs it. Tests use clones of
// it, which start at once and have already loaded the data that a new server loads with its first requests.
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
    // A failed start has already been reported to the test.
    await server?.then(
      ({ stop }) => stop(),
      () => {},
    );
  };
}
