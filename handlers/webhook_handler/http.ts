// Translates API Gateway REST proxy events (format 1.0) into deliveries, and outcomes into responses.
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Delivery } from './receive-event.ts';

/** A DynamoDB item has at most 400 KB, and attribute values are up to 1.5 times as large as their JSON. */
const MAX_BODY_BYTES = 256 * 1024;

export type Route = 'webhook' | 'health' | 'not_found' | 'method_not_allowed';

/** Returns the route by the resource template, which the base path of a custom domain does not change. */
export function matchRoute(event: APIGatewayProxyEvent): Route {
  const path = event.resource?.includes('{') === false ? event.resource : (event.path ?? '');
  const normalized = path.replace(/\/+$/, '');
  if (normalized.endsWith('/webhook')) return event.httpMethod === 'POST' ? 'webhook' : 'method_not_allowed';
  if (normalized.endsWith('/health')) return event.httpMethod === 'GET' ? 'health' : 'method_not_allowed';
  return 'not_found';
}

/** Reads the delivery; undefined when the body has more than 256 KiB. */
export function readDelivery(event: APIGatewayProxyEvent): Delivery | undefined {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > MAX_BODY_BYTES) return undefined;
  return {
    body,
    signature: findHeader(event, 'x-sonotheia-signature'),
    headerEventId: findHeader(event, 'x-sonotheia-event-id'),
  };
}

/** Builds a JSON response. An error's body gives no detail beyond its status. */
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
