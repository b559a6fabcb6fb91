import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { compileStack } from '../../../test/support/local/local-world.ts';
import type { InvocationOutcome } from '../lambda/lambda-sandbox.ts';
import { LocalGateway } from './local-gateway.ts';

const stack = compileStack('api_gateway: { throttling_rate_limit: 1, throttling_burst_limit: 2 }');
const ok = (payload: string): Promise<InvocationOutcome> => {
  const { httpMethod, path, body } = JSON.parse(payload) as Record<string, string>;
  return Promise.resolve({
    payload: JSON.stringify({ statusCode: 200, body: `${httpMethod} ${path} ${body}` }),
    failed: false,
  });
};

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));

afterEach(() => vi.useRealTimers());

async function ask(gateway: LocalGateway, path: string, method = 'POST', body = '') {
  const message = { method, url: path, headers: {}, rawHeaders: [] };
  const { answer, gatewayResponse } = await gateway.answer(message, Buffer.from(body));
  return [answer.status, gatewayResponse ?? answer.body.toString()];
}

test('the routes below the stage and of a custom domain, and no others', async () => {
  const gateway = new LocalGateway({ stack, invoke: ok });
  expect(await ask(gateway, '/prod/webhook?x=1', 'POST', 'é')).toEqual([200, 'POST /webhook é']);
  expect(await ask(gateway, '/health', 'GET')).toEqual([200, 'GET /health null']);
  for (const [path, method] of [
    ['/prod', 'GET'],
    ['/prod/webhook', 'PUT'],
    ['/other/webhook', 'POST'],
    ['/webhook/', 'POST'],
  ] as const)
    expect(await ask(gateway, path, method)).toEqual([403, 'MISSING_AUTHENTICATION_TOKEN']);
});

test('the throttle answers 503, so that the sender retries, and refills', async () => {
  const gateway = new LocalGateway({ stack, invoke: ok });
  const statuses = [];
  for (const waitMs of [0, 0, 0, 1_000, 0]) {
    vi.advanceTimersByTime(waitMs);
    statuses.push((await ask(gateway, '/webhook'))[0]);
  }
  expect(statuses).toEqual([200, 200, 503, 200, 503]);
});

test('a function that takes longer than 29 seconds, one that fails, and one that answers nonsense', async () => {
  const slow = new LocalGateway({ stack, invoke: () => new Promise(() => {}) });
  const answer = ask(slow, '/webhook');
  await vi.advanceTimersByTimeAsync(29_000);
  expect(await answer).toEqual([504, 'INTEGRATION_TIMEOUT']);
  for (const outcome of [
    { payload: '{"errorType":"Error"}', failed: true },
    { payload: '"text"', failed: false },
    { payload: '{"statusCode":"x"}', failed: false },
  ]) {
    const gateway = new LocalGateway({ stack, invoke: () => Promise.resolve(outcome) });
    expect(await ask(gateway, '/webhook')).toEqual([502, 'DEFAULT_5XX']);
  }
});

test('a body of more than 10 MB does not reach the function', async () => {
  const invoke = vi.fn(ok);
  const gateway = new LocalGateway({ stack, invoke });
  expect(await ask(gateway, '/webhook', 'POST', 'x'.repeat(10 * 1024 * 1024 + 1))).toEqual([
    413,
    'REQUEST_TOO_LARGE',
  ]);
  expect(invoke).not.toHaveBeenCalled();
});
