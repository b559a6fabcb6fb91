// Shared helpers of the local HTTP servers.
import type http from 'node:http';
import { Problem } from '../../generator/command-line/problem.ts';

/**
 * Listens on 127.0.0.1 and returns the port. `purpose` is the subject of the message when the port is in use.
 * @throws Problem when the port is in use
 */
export async function listenOn(server: http.Server, port: number, purpose: string): Promise<number> {
  try {
    return await listen(server, port);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new Problem(
      {
        what: `Port ${port} of 127.0.0.1 is in use: ${purpose} cannot listen.`,
        why: 'Another program, or an earlier run of this command, listens on it.',
        fix: `end the program that uses it, or give another port, such as --port ${port + 100}`,
      },
      { cause: error },
    );
  }
}

/** Listens on a free port of 127.0.0.1 and returns the port. */
export async function listenOnFreePort(server: http.Server): Promise<number> {
  return await listen(server, 0);
}

async function listen(server: http.Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

/** The values of the header Host in requests to this machine; a rebound name of a web page has another. */
export function listOwnHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** Closes all connections, also active ones, and waits until the port is free. */
export async function closeServer(server: http.Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise((resolve) => server.once('close', resolve));
  server.close();
  server.closeAllConnections();
  await closed;
}

export async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Undefined when the body is longer; the rest is read and dropped, so that the client sees the answer. */
export async function readLimitedBody(
  request: http.IncomingMessage,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length <= maxBytes ? Buffer.concat(chunks) : undefined;
}
