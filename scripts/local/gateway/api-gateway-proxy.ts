// Translates between HTTP and the events and answers of API Gateway's Lambda proxy integration.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
import type http from 'node:http';
import type { Resource } from '@aws-sdk/client-api-gateway';
import type { InvocationOutcome } from '../lambda/lambda-sandbox.ts';
import type { ApiRequest, HttpAnswer } from './api-request.ts';

export interface ProxyRoute {
  readonly resourcePath: string;
  /** As configured: a verb or `ANY`. */
  readonly method: string;
  readonly integrationUri: string;
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/** Literal paths win over `{parameter}`, which wins over `{proxy+}`. */
export function findRoute(
  resources: readonly Resource[],
  method: string,
  path: string,
): ProxyRoute | undefined {
  const candidates = resources
    .filter((resource) => resource.resourceMethods !== undefined)
    .sort((a, b) => specificity(b.path ?? '') - specificity(a.path ?? ''));
  for (const { path: resourcePath = '', resourceMethods = {} } of candidates) {
    const match = toExpression(resourcePath).exec(path);
    const configuredMethod = method in resourceMethods ? method : 'ANY';
    const integration = resourceMethods[configuredMethod]?.methodIntegration;
    if (match === null || integration?.type !== 'AWS_PROXY') continue;
    const pathParameters = match.groups === undefined ? null : { ...match.groups };
    return { resourcePath, method: configuredMethod, integrationUri: integration.uri ?? '', pathParameters };
  }
  return undefined;
}

function specificity(resourcePath: string): number {
  if (resourcePath.includes('+}')) return 0;
  return resourcePath.includes('{') ? 1 : 2;
}

function toExpression(resourcePath: string): RegExp {
  const pattern = resourcePath
    .replace(/[\\^$.*()[\]|]/g, '\\$&')
    .replace(/\{([^}+]+)\+\}/g, '(?<$1>.+)')
    .replace(/\{([^}]+)\}/g, '(?<$1>[^/]+)');
  return new RegExp(`^${pattern}$`);
}

export interface ProxyEventSource extends ApiRequest {
  readonly route: ProxyRoute;
  readonly requestId: string;
  readonly accountId: string;
  readonly binaryMediaTypes: readonly string[];
  readonly stageVariables: Readonly<Record<string, string>> | null;
}

export function toProxyEvent(source: ProxyEventSource): object {
  const { message, route, apiId, stage, path, requestId } = source;
  const headers = collectHeaders(message.rawHeaders);
  const query = collectQuery(message.url ?? '');
  const isBase64Encoded = isBinary(message.headers['content-type'], source.binaryMediaTypes);
  return {
    resource: route.resourcePath,
    path,
    httpMethod: message.method,
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size === 0 ? null : lastValues(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    pathParameters: route.pathParameters,
    stageVariables: source.stageVariables,
    requestContext: {
      accountId: source.accountId,
      apiId,
      stage,
      path: `/${stage}${path}`,
      resourcePath: route.resourcePath,
      httpMethod: message.method,
      protocol: 'HTTP/1.1',
      requestId,
      extendedRequestId: requestId,
      requestTimeEpoch: Date.now(),
      identity: { sourceIp: '127.0.0.1', userAgent: message.headers['user-agent'] ?? null },
    },
    body: source.body.length === 0 ? null : source.body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** Undefined when API Gateway would answer 502: after a failed invocation or a malformed response. */
export function toProxyAnswer(outcome: InvocationOutcome): HttpAnswer | undefined {
  if (outcome.failed) return undefined;
  const answer: unknown = JSON.parse(outcome.payload);
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = answer as Record<string, unknown>;
  if (!Number.isInteger(Number(statusCode ?? Number.NaN))) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  return {
    status: Number(statusCode),
    headers: {
      'content-type': 'application/json',
      ...lowercaseNames(headers),
      ...lowercaseNames(multiValueHeaders),
    },
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function lowercaseNames(headers: unknown): http.OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** Like API Gateway, keeps the letter case in which the client sent each name. */
function collectHeaders(rawHeaders: readonly string[]): Map<string, string[]> {
  const collected = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    collected.set(name, [...(collected.get(name) ?? []), rawHeaders[index + 1] ?? '']);
  }
  return collected;
}

function collectQuery(url: string): Map<string, string[]> {
  const { searchParams } = new URL(url, 'http://localhost');
  return new Map([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
}

function lastValues(values: ReadonlyMap<string, readonly string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, all]) => [name, all.at(-1) ?? '']));
}

function isBinary(contentType: string | undefined, binaryMediaTypes: readonly string[]): boolean {
  const mediaType = (contentType ?? '').split(';')[0]?.trim().toLowerCase();
  return binaryMediaTypes.some((type) => type === '*/*' || type.toLowerCase() === mediaType);
}
