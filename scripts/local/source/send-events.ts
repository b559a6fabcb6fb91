// Sends events to the local webhook as Sonotheia does: same headers, and a signature of the body's exact bytes.
import { Problem } from '../../../generator/command-line/problem.ts';
import type { SendRequest } from '../../console/source-data.ts';
import type { LocalSystem } from '../engine/local-system.ts';
import { parseFields } from '../engine/telemetry.ts';
import { sign } from '../webhook-request.ts';

const MAX_TIMES = 100;

/** Returns the ids of the exchanges. @throws Problem for a request that cannot be sent */
export async function sendEvents(system: LocalSystem, request: SendRequest): Promise<string[]> {
  if ('replay' in request) return replay(system, request.replay);
  const { body, signature, times } = request;
  if (!Number.isInteger(times) || times < 1 || times > MAX_TIMES)
    throw new Problem({ what: `An event is sent 1 to ${MAX_TIMES} times, not ${times}.` });
  const bytes = Buffer.from(body);
  const headers = describeHeaders(system, bytes, signature);
  const ids: string[] = [];
  for (let time = 0; time < times; time += 1) ids.push(...(await send(system, headers, bytes)));
  return ids;
}

async function replay(system: LocalSystem, id: string): Promise<string[]> {
  const exchange = system.state.exchanges.get(id);
  if (exchange === undefined) throw new Problem({ what: 'This request is no longer kept.' });
  if (exchange.isCut) throw new Problem({ what: 'This request was too long to be kept whole.' });
  const { headers, body, bytes } = exchange;
  return send(system, headers, bytes === undefined ? Buffer.from(body) : Buffer.from(bytes, 'base64'));
}

async function send(
  system: LocalSystem,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<string[]> {
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const message = {
    method: 'POST',
    url: '/webhook',
    headers: Object.fromEntries(lowered),
    rawHeaders: Object.entries(headers).flat(),
  };
  const { exchangeId } = await system.request(message, body);
  return exchangeId === undefined ? [] : [exchangeId];
}

function describeHeaders(
  { parts, state, stack }: LocalSystem,
  body: Buffer,
  signature: 'valid' | 'forged' | 'missing',
): Record<string, string> {
  if (!stack.settings.api_gateway.enabled)
    throw new Problem({
      what: 'This environment has no webhook.',
      fix: 'set api_gateway.enabled in the spec',
    });
  const { event_type, event_id } = parseFields(body.toString());
  const secret = signature === 'forged' ? 'not the secret' : parts.readSecret('webhook_secret');
  return {
    'Content-Type': 'application/json',
    ...(signature === 'missing' ? {} : { 'X-Sonotheia-Signature': sign(body, secret) }),
    ...(typeof event_type === 'string' ? { 'X-Sonotheia-Event': toHeader(event_type) } : {}),
    ...(typeof event_id === 'string' ? { 'X-Sonotheia-Event-Id': toHeader(event_id) } : {}),
    'X-Sonotheia-Timestamp': state.clock.nowIso(),
  };
}

/** A header holds no line breaks and no other control characters. */
function toHeader(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}
