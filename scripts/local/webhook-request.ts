// Signed requests to the webhook handler, in the form of API Gateway's events.
import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';

export const SECRET = 'whsec_of_this_machine';

export function sign(body: string | Uint8Array, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** A proxy event for a body, correctly signed unless overridden. */
export function toRequest(body: string, overrides: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    httpMethod: 'POST',
    path: '/webhook',
    resource: '/webhook',
    headers: { 'X-Sonotheia-Signature': sign(body), 'Content-Type': 'application/json' },
    multiValueHeaders: {},
    body,
    isBase64Encoded: false,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: { requestId: 'request-1' } as APIGatewayProxyEvent['requestContext'],
    ...overrides,
  };
}
