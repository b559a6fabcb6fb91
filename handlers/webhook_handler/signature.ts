// Verifies the HMAC signature of a webhook's raw body.
import { createHmac, timingSafeEqual } from 'node:crypto';

// All lower or all upper case: a flipped bit can change the case of one digit, and must not be accepted.
const SIGNATURE = /^(?:(?:sha256|SHA256)=)?([0-9a-f]{64}|[0-9A-F]{64})$/;

/** Whether the header has the form of a signature. */
export function isSignature(header: string | undefined): header is string {
  return header !== undefined && SIGNATURE.test(header);
}

/**
 * Verifies `X-Sonotheia-Signature`: HMAC-SHA256 of the exact body bytes in hex, with or without `sha256=`.
 * The form is checked first, because `Buffer.from(…, 'hex')` silently truncates and `timingSafeEqual` throws on unequal
 * lengths. An empty secret matches nothing (compare CVE-2024-21491).
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
