// API Gateway's own responses, with an API's changes to them, and the throttle of a stage.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
import type { GatewayResponse } from '@aws-sdk/client-api-gateway';
import type { HttpAnswer } from './api-request.ts';

const OWN_ANSWERS = {
  ACCESS_DENIED: [403, 'Forbidden'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error'],
  DEFAULT_5XX: [502, 'Internal server error'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long'],
  THROTTLED: [429, 'Too Many Requests'],
} as const satisfies Record<string, readonly [number, string]>;

export type GatewayResponseType = keyof typeof OWN_ANSWERS;

const HEADER = 'gatewayresponse.header.';

/** The API's response of this type, or API Gateway's own. Supports static headers and templates without variables. */
export function toGatewayAnswer(type: GatewayResponseType, response?: GatewayResponse): HttpAnswer {
  const [status, message] = OWN_ANSWERS[type];
  const headers = Object.entries(response?.responseParameters ?? {}).flatMap(([name, value]) => {
    const text = /^'(.*)'$/.exec(value)?.[1];
    return name.startsWith(HEADER) && text !== undefined
      ? [[name.slice(HEADER.length).toLowerCase(), text]]
      : [];
  });
  return {
    status: Number(response?.statusCode ?? status),
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    body: response?.responseTemplates?.['application/json'] ?? JSON.stringify({ message }),
  };
}

/** Lets through `burst` requests at once and `rate` a second after that. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  #tokens: number;
  #filledAtMs: number | undefined;

  constructor(rate: number, burst: number) {
    this.#rate = rate;
    this.#burst = burst;
    this.#tokens = burst;
  }

  take(nowMs: number): boolean {
    const elapsedMs = nowMs - (this.#filledAtMs ?? nowMs);
    this.#filledAtMs = nowMs;
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs / 1000) * this.#rate);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
