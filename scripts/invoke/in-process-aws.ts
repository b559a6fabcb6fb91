// An in-process AWS over HTTP for `invoke`: only the calls of the functions, without permissions. Unlike the local AWS
// of the tests, it does not need Python.
import http from 'node:http';
import { closeServer, listenOnFreePort, readBody } from '../local/http-server.ts';
import { answerDynamoDb } from '../local/services/dynamodb-service.ts';
import { MemoryDynamoDb, takeAny } from '../local/services/memory-dynamodb.ts';
import { answerS3, type StoredObject } from '../local/services/s3-objects.ts';
import { answerSecretsManager } from '../local/services/secrets-service.ts';
import type { ServiceAnswer } from '../local/services/service-answer.ts';
import { answerSns, type PublishedMessage } from '../local/services/sns-service.ts';

export interface InProcessAws {
  /** For AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly table: MemoryDynamoDb;
  /** The objects of the only bucket, by key. */
  readonly objects: Map<string, StoredObject>;
  readonly published: readonly PublishedMessage[];
  stop(): Promise<void>;
}

/** Starts it on a free port. Every secret has the value `secretText` and was never rotated. */
export async function startInProcessAws(secretText: string): Promise<InProcessAws> {
  const table = new MemoryDynamoDb(undefined, undefined, takeAny);
  const objects = new Map<string, StoredObject>();
  const published: PublishedMessage[] = [];
  const local = { name: 'sessions', arn: '', table, partition: () => [], indexes: [] };

  const answer = async (request: http.IncomingMessage): Promise<ServiceAnswer> => {
    const bytes = await readBody(request);
    const body = bytes.toString();
    const { method = '', url: path = '', headers } = request;
    const [service, operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
    if (service === 'DynamoDB_20120810') return answerDynamoDb(local, operation, body);
    if (service === 'secretsmanager')
      return answerSecretsManager(operation, body, () => ({ current: secretText }));
    const form = new URLSearchParams(body);
    if (!form.has('Action')) return answerS3({ method, path, headers, body: bytes }, objects);
    return answerSns(form, (message) => published.push(message));
  };
  const server = http.createServer(async (request, response) => {
    const { status, headers, body } = await answer(request).catch((error) => ({
      status: 501,
      headers: {},
      body: String(error),
    }));
    response.writeHead(status, headers).end(body);
  });
  const endpoint = `http://127.0.0.1:${await listenOnFreePort(server)}`;
  return { endpoint, table, objects, published, stop: () => closeServer(server) };
}
