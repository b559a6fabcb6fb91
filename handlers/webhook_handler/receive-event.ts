// The webhook's core: verify -> parse -> store -> announce, within a deadline. Independent of HTTP and AWS.
import { type AnnouncePorts, announceEvent } from '../shared/announce-event.ts';
import type { Clock, Telemetry } from '../shared/ports.ts';
import { isTooOld, recognizedUntil } from '../shared/replay-window.ts';
import { riskOf } from '../shared/risk.ts';
import type { SecretCache } from '../shared/secret-cache.ts';
import { expiryOf, type SessionEvent, toSortKey } from '../shared/session-event.ts';
import { parseEvent, type WebhookEvent } from './parse-event.ts';
import { retentionDays } from './retention.ts';
import { isSignature, verifySignature } from './signature.ts';

export interface Delivery {
  /** The exact bytes that were signed. */
  readonly body: Uint8Array;
  readonly signature: string | undefined;
  /** `X-Sonotheia-Event-Id`, not covered by the signature. */
  readonly headerEventId: string | undefined;
}

export interface WebhookPorts extends AnnouncePorts {
  readonly secrets: SecretCache;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly ttlDays: number;
}

export type WebhookOutcome =
  | { readonly kind: 'accepted'; readonly event: SessionEvent; readonly duplicate: boolean }
  /** The session was forgotten: the event is neither stored nor announced. */
  | { readonly kind: 'forgotten'; readonly event: SessionEvent }
  | { readonly kind: 'unauthenticated' }
  /** No cached secret matches, and the limit on refreshes forbids to look for a newer one now. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'malformed' }
  /** Correctly signed, but older than the replay window: it may be a captured body. */
  | { readonly kind: 'too_old' };

/**
 * Processes one delivery. `accepted` means stored and announced; a redelivery completes the steps that an earlier
 * attempt did not. Rejects when a step fails, so that the sender retries.
 */
export async function receiveEvent(
  delivery: Delivery,
  ports: WebhookPorts,
  signal: AbortSignal,
): Promise<WebhookOutcome> {
  const verdict = await authenticate(delivery, ports.secrets, signal);
  if (verdict !== 'genuine') return { kind: verdict };
  const parsed = parseEvent(delivery.body, delivery.headerEventId);
  if (!parsed) return { kind: 'malformed' };
  if (isTooOld(parsed.timeMs, ports.clock.nowMs())) return { kind: 'too_old' };
  const event = toSessionEvent(parsed, ports);
  const result = await ports.store.store(event, signal);
  if (result.outcome === 'forgotten') return { kind: 'forgotten', event };
  const stored = result.outcome === 'duplicate' ? result.event : event;
  await announceEvent(stored, ports, signal);
  return { kind: 'accepted', event: stored, duplicate: result.outcome === 'duplicate' };
}

/**
 * On a mismatch the secret is fetched again, because it may have been rotated. While the limit on refreshes forbids
 * that, the answer is `undecided`, which the sender retries: after a 401 it would not retry a genuine event. A header
 * without the form of a signature is refused without a fetch.
 */
async function authenticate(
  { body, signature }: Delivery,
  secrets: SecretCache,
  signal: AbortSignal,
): Promise<'genuine' | 'unauthenticated' | 'undecided'> {
  if (!isSignature(signature)) return 'unauthenticated';
  if (verifySignature(body, signature, await secrets.get(signal))) return 'genuine';
  const refreshed = await secrets.refresh(signal);
  if (refreshed === undefined) return 'undecided';
  return verifySignature(body, signature, refreshed) ? 'genuine' : 'unauthenticated';
}

function toSessionEvent(event: WebhookEvent, { clock, ttlDays, thresholds }: WebhookPorts): SessionEvent {
  const nowMs = clock.nowMs();
  const { timeMs, ...rest } = event;
  const risk = riskOf(event.eventType, event.data, thresholds);
  return {
    ...rest,
    timestamp: toSortKey(timeMs ?? nowMs, event.dedupeKey),
    status: 'stored',
    ...(risk === undefined ? {} : { risk }),
    receivedAt: new Date(nowMs).toISOString(),
    ttl: expiryOf(nowMs, retentionDays(event.eventType, event.data, ttlDays)),
    recognizedUntil: recognizedUntil(timeMs, nowMs),
  };
}
