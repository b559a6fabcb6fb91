// The spec's REST API: its two routes, the throttle of its stage, API Gateway's limits of size and time.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
import { randomUUID } from 'node:crypto';
import type http from 'node:http';
import { ACCOUNT_ID, type LocalStack } from '../engine/local-stack.ts';
import type { InvocationOutcome } from '../lambda/lambda-sandbox.ts';
import { findRoute, toProxyAnswer, toProxyEvent } from './api-gateway-proxy.ts';
import type { HttpAnswer } from './api-request.ts';
import { type GatewayResponseType, TokenBucket, toGatewayAnswer } from './gateway-answers.ts';

export const MAX_BODY_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 29_000;

const RESOURCES = [
  ['/webhook', 'POST'],
  ['/health', 'GET'],
].map(([path = '', method = '']) => ({
  path,
  resourceMethods: {
    [method]: { methodIntegration: { type: 'AWS_PROXY' as const, uri: 'webhook_handler' } },
  },
}));

/** As in templates/modules/sonotheia/api_gateway.tf.hbs: Sonotheia retries only after a 5xx. */
const THROTTLED = {
  statusCode: '503',
  responseTemplates: { 'application/json': '{"error":"service_unavailable","status":"error"}' },
  responseParameters: { 'gatewayresponse.header.Retry-After': "'5'" },
};

/** A request that was answered: by the function, or by API Gateway itself. */
export interface Answered {
  readonly requestId: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly answer: HttpAnswer;
  readonly durationMs: number;
  /** API Gateway's own answer; absent for the function's. */
  readonly gatewayResponse?: GatewayResponseType;
}

export interface LocalGatewayOptions {
  readonly stack: LocalStack;
  readonly invoke: (payload: string) => Promise<InvocationOutcome>;
}

/** What the gateway reads of an HTTP request. */
export type GatewayMessage = Pick<http.IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;

export class LocalGateway {
  readonly #options: LocalGatewayOptions;
  readonly #throttle: TokenBucket;

  constructor(options: LocalGatewayOptions) {
    this.#options = options;
    const { throttling_rate_limit, throttling_burst_limit } = options.stack.settings.api_gateway;
    this.#throttle = new TokenBucket(throttling_rate_limit, throttling_burst_limit);
  }

  async answer(message: GatewayMessage, body: Buffer): Promise<Answered> {
    const startedAtMs = performance.now();
    const requestId = randomUUID();
    const path = this.#pathOf(message);
    const outcome = await this.#answer(message, body, path, requestId);
    return {
      requestId,
      path,
      method: message.method ?? 'GET',
      headers: pairHeaders(message.rawHeaders),
      body,
      durationMs: performance.now() - startedAtMs,
      ...outcome,
    };
  }

  /** Below the stage. Without the stage's name, the path is that of a custom domain. */
  #pathOf({ url = '/' }: GatewayMessage): string {
    const { pathname } = new URL(url, 'http://localhost');
    const stage = `/${this.#options.stack.settings.api_gateway.stage_name}`;
    return pathname.startsWith(`${stage}/`) ? pathname.slice(stage.length) : pathname;
  }

  async #answer(
    message: GatewayMessage,
    body: Buffer,
    path: string,
    requestId: string,
  ): Promise<Pick<Answered, 'answer' | 'gatewayResponse'>> {
    const refuse = (type: GatewayResponseType) => ({
      answer: toGatewayAnswer(type, type === 'THROTTLED' ? THROTTLED : undefined),
      gatewayResponse: type,
    });
    if (body.length > MAX_BODY_BYTES) return refuse('REQUEST_TOO_LARGE');
    const route = findRoute(RESOURCES, message.method ?? 'GET', path);
    if (route === undefined) return refuse('MISSING_AUTHENTICATION_TOKEN');
    if (!this.#throttle.take(performance.now())) return refuse('THROTTLED');
    const event = toProxyEvent({
      apiId: 'local',
      stage: this.#options.stack.settings.api_gateway.stage_name,
      path,
      message,
      body,
      route,
      requestId,
      accountId: ACCOUNT_ID,
      binaryMediaTypes: [],
      stageVariables: null,
    });
    const outcome = await withTimeout(this.#options.invoke(JSON.stringify(event)));
    if (outcome === undefined) return refuse('INTEGRATION_TIMEOUT');
    const answer = toProxyAnswer(outcome);
    return answer === undefined ? refuse('DEFAULT_5XX') : { answer };
  }
}

async function withTimeout(outcome: Promise<InvocationOutcome>): Promise<InvocationOutcome | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), INTEGRATION_TIMEOUT_MS);
  });
  return Promise.race([outcome, timeout]).finally(() => clearTimeout(timer));
}

function pairHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  return Object.fromEntries(pairs);
}
