// An in-process AWS over HTTP for `invoke`: only the calls of the functions, without permissions. Unlike the local AWS
// of the tests, it does not need Python.
import http from 'node:http';
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  GetItemCommand,
  type GetItemCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { checkAnnouncement } from './contract.ts';
import { closeServer, listenOnFreePort, readBody } from './http-server.ts';
import { answerS3, type HttpAnswer, type StoredObject } from './in-process-s3.ts';
import { MemoryDynamoDb } from './memory-dynamodb.ts';

interface PublishedMessage {
  readonly message: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

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
  const table = new MemoryDynamoDb();
  const objects = new Map<string, StoredObject>();
  const published: PublishedMessage[] = [];

  const answer = async (request: http.IncomingMessage): Promise<HttpAnswer> => {
    const bytes = await readBody(request);
    const body = bytes.toString();
    const { method = '', url: path = '', headers } = request;
    const [service, operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
    if (service === 'DynamoDB_20120810') return answerDynamoDb(table, operation, body);
    if (service === 'secretsmanager') return answerSecretsManager(secretText, body);
    if (new URLSearchParams(body).get('Action') !== 'Publish') {
      return answerS3({ method, path, headers, body: bytes }, objects);
    }
    published.push(readPublish(new URLSearchParams(body)));
    return { status: 200, body: '<PublishResponse><PublishResult/></PublishResponse>' };
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

async function answerDynamoDb(table: MemoryDynamoDb, operation: string, body: string): Promise<HttpAnswer> {
  try {
    return json(200, await table.send(toCommand(operation, JSON.parse(body))));
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw error;
    const item = error instanceof ConditionalCheckFailedException ? error.Item : undefined;
    const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons : undefined;
    return json(400, {
      __type: error.name,
      message: error.message,
      CancellationReasons: reasons,
      Item: item,
    });
  }
}

function toCommand(operation: string, input: unknown): object {
  switch (operation) {
    case 'TransactWriteItems':
      return new TransactWriteItemsCommand(input as TransactWriteItemsCommandInput);
    case 'GetItem':
      return new GetItemCommand(input as GetItemCommandInput);
    case 'UpdateItem':
      return new UpdateItemCommand(input as UpdateItemCommandInput);
    default:
      throw new TypeError(`Not an operation the functions use: ${operation}`);
  }
}

function answerSecretsManager(secretText: string, body: string): HttpAnswer {
  const { VersionStage: stage } = JSON.parse(body) as { VersionStage?: string };
  if (stage === 'AWSPREVIOUS') return json(400, { __type: 'ResourceNotFoundException' });
  return json(200, { SecretString: secretText });
}

function readPublish(form: URLSearchParams): PublishedMessage {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [field, name] of form) {
    const entry = /^(MessageAttributes\.entry\.\d+)\.Name$/.exec(field)?.[1];
    if (entry === undefined) continue;
    const read = (member: string) => form.get(`${entry}.Value.${member}`) ?? undefined;
    attributes[name] = { DataType: read('DataType'), StringValue: read('StringValue') };
  }
  const message = form.get('Message') ?? '';
  checkAnnouncement(JSON.parse(message), attributes);
  return { message, attributes };
}

function json(status: number, body: object): HttpAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
