// Sends one request to the webhook, as API Gateway would.
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { OwnHandlers } from '../../generator/bundle/bundle-report.ts';
import { BundledFunction, buildPackage } from '../local/bundled-function.ts';
import { SECRET, sign, toRequest } from '../local/webhook-request.ts';
import { describeEnvironment } from './function-environment.ts';
import { startInProcessAws } from './in-process-aws.ts';
import { describeTraces, formatSections, type InvocationReport } from './report.ts';

export interface WebhookInvocation {
  /** Source of the body, for the report. */
  readonly source: string;
  readonly body: string;
  readonly isWronglySigned: boolean;
}

export function invokeWebhook(
  invocation: WebhookInvocation,
  ownHandlers?: OwnHandlers,
): Promise<InvocationReport> {
  const { source, body, isWronglySigned } = invocation;
  const signature = sign(body, isWronglySigned ? 'another secret' : SECRET);
  const event = toRequest(body, {
    headers: { 'Content-Type': 'application/json', 'X-Sonotheia-Signature': signature },
  });
  const lines = [`${source}, ${Buffer.byteLength(body)} bytes`, `X-Sonotheia-Signature: ${signature}`];
  return send(event, lines, ownHandlers);
}

export function invokeHealth(ownHandlers?: OwnHandlers): Promise<InvocationReport> {
  const event = toRequest('', { httpMethod: 'GET', path: '/health', resource: '/health', headers: {} });
  return send({ ...event, body: null }, ['without a body'], ownHandlers);
}

async function send(
  event: APIGatewayProxyEvent,
  requestLines: readonly string[],
  ownHandlers: OwnHandlers | undefined,
): Promise<InvocationReport> {
  const code = await buildPackage('webhook_handler', ownHandlers);
  const aws = await startInProcessAws(JSON.stringify({ webhook_secret: SECRET }));
  try {
    const webhook = new BundledFunction(code, describeEnvironment('webhook_handler', aws));
    const answer = (await webhook.invoke(event)) as APIGatewayProxyResult | undefined;
    await webhook.stop();
    const sections = [
      { title: `${event.httpMethod} ${event.path}`, lines: requestLines },
      { title: 'Answered', lines: [answer ? `${answer.statusCode} ${answer.body}` : 'nothing: it died'] },
      ...describeTraces(aws, webhook.output),
    ];
    return { text: formatSections(sections), hasFailed: answer === undefined || answer.statusCode >= 500 };
  } finally {
    await aws.stop();
  }
}
