// Vitest's global setup for mutants: one local AWS for all of them, which each run of a test clones.
import { RUNNING_SERVER, startLocalServer } from '../local-aws/local-server.ts';

export async function setup(): Promise<() => Promise<void>> {
  const server = await startLocalServer();
  process.env[RUNNING_SERVER] = server.endpoint;
  return async () => {
    delete process.env[RUNNING_SERVER];
    await server.stop();
  };
}
