// Receives raw bytes, a header and the secrets; promises true only for a genuine signature of those bytes.
import { createHmac, timingSafeEqual } from 'node:crypto';

// Hex has no case, but nobody writes it in both at once: a flipped bit may do so, and a flipped bit is never accepted.
const SIGNATURE = /^(?:(?:sha256|SHA256)=)?([0-9a-f]{64}|[0-9A-F]{64})$/;

/** Whether the header has the form of a signature. */
export function isSignature(header: string | undefined): header is string {
  return header !== undefined && SIGNATURE.test(header);
}

/**
 * Verifies `X-Sonotheia-Signature`: HMAC-SHA256 of the exact body bytes in hex, with or without `sha256=`.
 * The shape is checked first because `Buffer.from(…, 'hex')` silently truncates and `timingSafeEqual` throws
 * on unequal lengths. An empty secret matches nothing (CVE-2024-21491 and its like).
 */
export function verifySignature(
  body: Uint8Array,
  header: string | undefined,
  secrets: readonly string[],
): boolean {
  const hex = header === undefined ? undefined : SIGNATURE.exec(header)?.[1];
  if (hex === undefined) return false;
  const received = Buffer.from(hex, 'hex');
  return secrets.some(
    (secret) =>
      secret !== '' && timingSafeEqual(createHmac('sha256', secret).update(body).digest(), received),
  );
}
