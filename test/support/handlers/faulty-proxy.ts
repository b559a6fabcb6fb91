// A proxy between a bundled function and the local AWS that injects faults of networks and AWS.
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export type ProxyFault = 'none' | 'before' | 'after' | 'throttle' | 'hang' | 'crash_before' | 'crash_after';

export interface FaultyProxy {
  readonly endpoint: string;
  /** Where requests go. */
  target: string;
  /** Decides the fault of this call. */
  decide: (request: http.IncomingMessage) => ProxyFault;
  /** Kills the function's process. */
  crash: () => void;
  stop(): void;
}

const THROTTLED = '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}';
const SLOW_DOWN = '<Error><Code>SlowDown</Code></Error>';
const RATE_EXCEEDED =
  '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>';

/** `host` replaces the client's header. AWS needs the client's: the addresses of SQS queues contain it. */
export async function startFaultyProxy(target: string, host?: string): Promise<FaultyProxy> {
  const relay = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const fault = proxy.decide(request);
    if (fault === 'throttle') return throttle(request, response);
    if (fault === 'hang') return;
    if (fault === 'before') return void response.destroy();
    if (fault === 'crash_before') return proxy.crash();
    if (host !== undefined) request.headers.host = host;
    const answer = await forward(new URL(request.url ?? '/', proxy.target), request, Buffer.concat(chunks));
    if (fault === 'after') return void response.destroy();
    if (fault === 'crash_after') return proxy.crash();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const server = http.createServer((request, response) => {
    // The process was killed during its request.
    relay(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    decide: () => 'none',
    crash: () => {},
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return proxy;
}

/** The error format of the JSON services, of SNS, or of S3. */
function throttle({ headers }: http.IncomingMessage, response: http.ServerResponse): void {
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    response.writeHead(400, { 'Content-Type': 'text/xml' }).end(RATE_EXCEEDED);
  else if (headers['x-amz-target'] === undefined) response.writeHead(503).end(SLOW_DOWN);
  else response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' }).end(THROTTLED);
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

function forward(url: URL, { method, headers }: http.IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    });
    request.on('error', reject).end(body);
  });
}
