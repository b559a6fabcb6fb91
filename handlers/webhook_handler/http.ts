// Translates API Gateway REST proxy events (format 1.0) into deliveries and outcomes into answers.
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Delivery } from './receive-event.ts';

/** An item holds 400 KB, and JSON grows by up to a half as attribute values. */
const MAX_BODY_BYTES = 256 * 1024;

export type Route = 'webhook' | 'health' | 'not_found' | 'method_not_allowed';

/** Finds the route from the resource template, which a custom domain's base path does not change. */
export function matchRoute(event: APIGatewayProxyEvent): Route {
  const path = event.resource?.includes('{') === false ? event.resource : (event.path ?? '');
  const normalized = path.replace(/\/+$/, '');
  if (normalized.endsWith('/webhook')) return event.httpMethod === 'POST' ? 'webhook' : 'method_not_allowed';
  if (normalized.endsWith('/health')) return event.httpMethod === 'GET' ? 'health' : 'method_not_allowed';
  return 'not_found';
}

/** Reads the delivery; undefined when the body is larger than {@link MAX_BODY_BYTES}. */
export function readDelivery(event: APIGatewayProxyEvent): Delivery | undefined {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > MAX_BODY_BYTES) return undefined;
  return {
    body,
    signature: findHeader(event, 'x-sonotheia-signature'),
    headerEventId: findHeader(event, 'x-sonotheia-event-id'),
  };
}

/** Builds a JSON answer. Errors say no more than their status does. */
export function respond(
  statusCode: number,
  body: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(body),
    isBase64Encoded: false,
  };
}

function findHeader(event: APIGatewayProxyEvent, lowerCaseName: string): string | undefined {
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (name.toLowerCase() === lowerCaseName) return value?.trim();
  }
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    if (name.toLowerCase() === lowerCaseName) return values?.at(-1)?.trim();
  }
  return undefined;
}
