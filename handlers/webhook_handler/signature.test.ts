import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sign } from '../../scripts/local/webhook-request.ts';
import { verifySignature } from './signature.ts';

const GITHUB_SECRET = "It's a Secret to Everybody";
const GITHUB_BODY = Buffer.from('Hello, World!');
const GITHUB_SIGNATURE = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';

function flipBit(bytes: Uint8Array, bit: number): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

describe('verifySignature', () => {
  test('accepts the published vector, with and without prefix', () => {
    expect(verifySignature(GITHUB_BODY, GITHUB_SIGNATURE, [GITHUB_SECRET])).toBe(true);
    expect(verifySignature(GITHUB_BODY, `sha256=${GITHUB_SIGNATURE}`, [GITHUB_SECRET])).toBe(true);
  });

  test('accepts hex in upper case, but not in mixed case', () => {
    const capitals = GITHUB_SIGNATURE.toUpperCase();
    for (const header of [capitals, `sha256=${capitals}`, `SHA256=${capitals}`])
      expect(verifySignature(GITHUB_BODY, header, [GITHUB_SECRET])).toBe(true);
    for (const header of [GITHUB_SIGNATURE.replace('f', 'F'), `Sha256=${capitals}`])
      expect(verifySignature(GITHUB_BODY, header, [GITHUB_SECRET])).toBe(false);
  });

  test('accepts any of several secrets', () => {
    expect(verifySignature(GITHUB_BODY, GITHUB_SIGNATURE, ['newer', GITHUB_SECRET])).toBe(true);
  });

  test('refuses every bit flip of a 1 KB body', () => {
    const body = randomBytes(1024);
    const signature = sign(body, 'secret');
    expect(verifySignature(body, signature, ['secret'])).toBe(true);
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      expect(verifySignature(flipBit(body, bit), signature, ['secret'])).toBe(false);
    }
  });

  test('refuses every bit flip of the signature', () => {
    const signature = Buffer.from(`sha256=${GITHUB_SIGNATURE}`);
    for (let bit = 0; bit < signature.length * 8; bit += 1) {
      const header = flipBit(signature, bit).toString('latin1');
      expect(verifySignature(GITHUB_BODY, header, [GITHUB_SECRET])).toBe(false);
    }
  });

  test.each([
    undefined,
    '',
    'sha256=',
    GITHUB_SIGNATURE.slice(0, -1),
    GITHUB_SIGNATURE.slice(0, -2),
    `${GITHUB_SIGNATURE}0`,
    `${GITHUB_SIGNATURE}zz`,
    `${GITHUB_SIGNATURE}\n`,
    `sha1=${GITHUB_SIGNATURE}`,
    `sha256=sha256=${GITHUB_SIGNATURE}`,
    GITHUB_SIGNATURE.replace('7', 'g'),
    GITHUB_SIGNATURE.replace('7', '７'),
  ])('refuses the malformed signature %j', (header) => {
    expect(verifySignature(GITHUB_BODY, header, [GITHUB_SECRET])).toBe(false);
  });

  test('fails closed without a secret, even for a signature made with the empty one', () => {
    expect(verifySignature(GITHUB_BODY, sign(GITHUB_BODY, ''), [''])).toBe(false);
    expect(verifySignature(GITHUB_BODY, GITHUB_SIGNATURE, [])).toBe(false);
  });

  test('never throws and never accepts an unsigned body', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), fc.string({ minLength: 1 }), (body, header, secret) => {
        expect(verifySignature(body, header, [secret])).toBe(false);
      }),
    );
  });
});
