// Runs deployed functions: an HTTP server for Lambda's invoke API and for REST APIs, and the SQS poller.
import http from 'node:http';
import type { HttpAnswer } from '../../scripts/local/gateway/api-request.ts';
import { closeServer, listenOnFreePort, readBody } from '../../scripts/local/http-server.ts';
import type { InvocationOutcome } from '../../scripts/local/lambda/lambda-sandbox.ts';
import { ApiGateway } from './api-gateway.ts';
import type { ClientFactory } from './aws-access.ts';
import { createFunctionReader } from './deployed-function.ts';
import { FunctionPool } from './function-pool.ts';
import { SqsPoller } from './sqs-poller.ts';

export interface LambdaBridgeOptions {
  readonly clients: ClientFactory;
  readonly listResources: () => Promise<readonly string[]>;
  readonly maxSandboxesPerFunction: number;
  readonly retryDelaySeconds: number;
}

export interface LambdaBridge {
  readonly url: string;
  invoke(nameOrArn: string, payload: string): Promise<InvocationOutcome>;
  logs(functionName: string): readonly string[];
  stop(): Promise<void>;
}

/** Starts the bridge and registers it with the server, so that the server's own Invoke works, too. */
export async function startLambdaBridge(options: LambdaBridgeOptions): Promise<LambdaBridge> {
  const { clients, listResources, maxSandboxesPerFunction, retryDelaySeconds } = options;
  const { endpoint } = clients;
  const reader = createFunctionReader(clients);
  const functions = new FunctionPool({ reader, endpoint, maxSandboxesPerFunction });
  const apiGateway = new ApiGateway({ clients, functions, listResources });

  const server = http.createServer((request, response) => {
    answer(request, functions, apiGateway).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: Error) => response.writeHead(500).end(String(error.stack)),
    );
  });
  const url = `http://127.0.0.1:${await listenOnFreePort(server)}`;
  await fetch(`${endpoint}/moto-api/lambda-bridge`, { method: 'POST', body: url });
  const poller = new SqsPoller({
    clients,
    functions,
    listResources,
    maxConcurrency: maxSandboxesPerFunction,
    retryDelaySeconds,
  });

  return {
    url,
    invoke: (nameOrArn, payload) => functions.invoke(nameOrArn, payload),
    logs: (functionName) => functions.logs(functionName),
    async stop() {
      await poller.stop();
      await closeServer(server);
      await functions.stop();
    },
  };
}

async function answer(
  message: http.IncomingMessage,
  functions: FunctionPool,
  apiGateway: ApiGateway,
): Promise<HttpAnswer> {
  const body = await readBody(message);
  const { pathname } = new URL(message.url ?? '/', 'http://localhost');
  const invocation = /^\/2015-03-31\/functions\/(.+)\/invocations$/.exec(pathname);
  if (invocation?.[1] !== undefined) {
    const outcome = await functions.invoke(decodeURIComponent(invocation[1]), body.toString() || '{}');
    const headers = outcome.failed ? { 'x-amz-function-error': 'Unhandled' } : {};
    return { status: 200, headers, body: outcome.payload };
  }
  const apiCall = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(\/.*)?$/.exec(pathname);
  const [, apiId, stage, path = '/'] = apiCall ?? [];
  if (apiId === undefined || stage === undefined) return { status: 404, headers: {}, body: '' };
  return apiGateway.answer({ apiId, stage, path: decodeURIComponent(path), message, body });
}
