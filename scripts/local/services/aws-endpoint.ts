// One address for all of AWS's services, as `aws --endpoint-url` and AWS_ENDPOINT_URL ask for: finds the service of a
// request by its protocol. Requests must be signed; the signature itself is not checked.
import type http from 'node:http';
import { answerDynamoDb } from './dynamodb-service.ts';
import { answerJson } from './json-answer.ts';
import type { LocalTable } from './local-table.ts';
import { refuseS3 } from './s3-objects.ts';
import type { S3Service } from './s3-service.ts';
import { answerSecretsManager, type Secret } from './secrets-service.ts';
import type { ServiceAnswer } from './service-answer.ts';
import { answerSns, type PublishedMessage } from './sns-service.ts';
import { answerSqs, type SqsContext } from './sqs-service.ts';

export type Service = 'dynamodb' | 's3' | 'secretsmanager' | 'sns' | 'sqs';

export interface AwsCall {
  readonly service: Service;
  /** Such as `TransactWriteItems`; for S3 the method. */
  readonly operation: string;
  /** The access key of the caller's credentials. */
  readonly accessKeyId: string;
}

export interface AwsServices {
  readonly table: LocalTable;
  readonly s3: S3Service;
  readonly findSecret: (id: string) => Secret | undefined;
  /** Messages to another topic are refused. */
  readonly topicArn: string;
  readonly publish: (message: PublishedMessage) => void;
  readonly sqs: Omit<SqsContext, 'signal'>;
}

const PREFIXES = new Map<string, Service>([
  ['DynamoDB_20120810', 'dynamodb'],
  ['secretsmanager', 'secretsmanager'],
  ['AmazonSQS', 'sqs'],
]);

/** Undefined for a request that no service of this project understands. */
export function identifyCall(request: http.IncomingMessage, body: Buffer): AwsCall | undefined {
  const accessKeyId = readAccessKey(request);
  if (accessKeyId === undefined) return undefined;
  const [prefix = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  const service = PREFIXES.get(prefix);
  if (service !== undefined) return { service, operation, accessKeyId };
  if (prefix !== '') return undefined;
  const isForm = String(request.headers['content-type']).startsWith('application/x-www-form-urlencoded');
  const action = isForm ? new URLSearchParams(body.toString()).get('Action') : null;
  if (action !== null) return { service: 'sns', operation: action, accessKeyId };
  return { service: 's3', operation: request.method ?? '', accessKeyId };
}

/** Of a signed request or a presigned URL. */
function readAccessKey({ headers, url = '/' }: http.IncomingMessage): string | undefined {
  const signed = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  if (signed !== undefined) return signed;
  const query = new URL(url, 'http://localhost').searchParams;
  return query.has('X-Amz-Signature') ? query.get('X-Amz-Credential')?.split('/')[0] : undefined;
}

export async function answerCall(
  call: AwsCall,
  { request, body, signal }: { request: http.IncomingMessage; body: Buffer; signal: AbortSignal },
  services: AwsServices,
): Promise<ServiceAnswer> {
  const hasJson = call.service !== 's3' && call.service !== 'sns';
  if (hasJson && !isJsonObject(body.toString()))
    return answerJson(400, { __type: 'SerializationException', message: 'The body is not a JSON object.' });
  switch (call.service) {
    case 'dynamodb':
      return answerDynamoDb(services.table, call.operation, body.toString());
    case 'secretsmanager':
      return answerSecretsManager(call.operation, body.toString(), services.findSecret);
    case 'sqs':
      return answerSqs(call.operation, body.toString(), { ...services.sqs, signal });
    case 'sns':
      return answerSns(new URLSearchParams(body.toString()), services.publish, services.topicArn);
    case 's3':
      return services.s3.answer({
        method: request.method ?? '',
        path: request.url ?? '/',
        headers: request.headers,
        body,
      });
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** As AWS answers a request without a signature. */
export function refuseUnsigned(request: http.IncomingMessage): ServiceAnswer {
  if (request.headers['x-amz-target'] === undefined) return refuseS3(403, 'AccessDenied');
  return answerJson(400, {
    __type: 'MissingAuthenticationTokenException',
    message: 'Request is missing Authentication Token',
  });
}
