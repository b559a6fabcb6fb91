// The webhook's core: verify -> parse -> store -> announce, within a deadline. Knows neither HTTP nor AWS.
import { type AnnouncePorts, announceEvent } from '../shared/announce-event.ts';
import type { Clock, Telemetry } from '../shared/ports.ts';
import type { SecretCache } from '../shared/secret-cache.ts';
import { expiryOf, type SessionEvent, toSortKey } from '../shared/session-event.ts';
import { parseEvent, type WebhookEvent } from './parse-event.ts';
import { isTooOld, recognizedUntil, retentionDays } from './retention.ts';
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
  | { readonly kind: 'unauthenticated' }
  /** No secret that we know signed it, and whether there is a newer one may not be asked yet. */
  | { readonly kind: 'undecided' }
  | { readonly kind: 'malformed' }
  /** Genuine, but older than what is remembered: it may be a body that was captured long ago. */
  | { readonly kind: 'too_old' };

/**
 * Takes in one delivery. `accepted` means stored and announced; a delivery of something seen before first
 * finishes what an earlier attempt left undone. Rejects when any of it could not be done: the sender retries.
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
  const stored = result.outcome === 'duplicate' ? result.event : event;
  await announceEvent(stored, ports, signal);
  return { kind: 'accepted', event: stored, duplicate: result.outcome === 'duplicate' };
}

/**
 * A mismatch may mean that the secret has just been rotated, so it is looked up once more. Only that can tell a forged event
 * from one that is signed with a secret newer than ours: while looking is barred, the answer must be one that the
 * sender repeats, since it gives up after a 401. What is not even shaped like a signature is refused without a look.
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

function toSessionEvent(event: WebhookEvent, { clock, ttlDays }: WebhookPorts): SessionEvent {
  const nowMs = clock.nowMs();
  const { timeMs, ...rest } = event;
  return {
    ...rest,
    timestamp: toSortKey(timeMs ?? nowMs, event.dedupeKey),
    status: 'stored',
    receivedAt: new Date(nowMs).toISOString(),
    ttl: expiryOf(nowMs, retentionDays(event.eventType, event.data, ttlDays)),
    recognizedUntil: recognizedUntil(timeMs, nowMs),
  };
}
