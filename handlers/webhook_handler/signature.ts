// Receives raw bytes, a header and the secrets; promises true only for a genuine signature of those bytes.
import { createHmac, timingSafeEqual } from 'node:crypto';

// Lower case only: Node writes hex so, and a second spelling of one signature would serve nobody.
const SIGNATURE = /^(?:sha256=)?([0-9a-f]{64})$/;

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
