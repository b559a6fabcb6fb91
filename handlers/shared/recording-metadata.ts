// Reads the user metadata of a recording, in the form in which Amazon S3 returns it.
import { toSessionKey } from './session-event.ts';

/** User metadata with which an uploader names the session of a recording. */
export const SESSION_METADATA = 'session-id';

const ENCODED_WORD = /=\?utf-8\?([bq])\?([!->@-~]*)\?=/gi;
/** White space between two encoded words is not part of the text. */
const BETWEEN_WORDS = /(\?=)[ \t]+(?==\?utf-8\?[bq]\?)/gi;

/** Returns the partition key of the session that the uploader named; undefined without a valid one. */
export function readSessionMetadata(metadata: Readonly<Record<string, string>> = {}): string | undefined {
  const value = metadata[SESSION_METADATA];
  return value === undefined ? undefined : toSessionKey(decodeMetadata(value));
}

/**
 * Decodes RFC 2047: S3 returns a value with characters outside of US-ASCII as `=?UTF-8?B?…?=` or `=?UTF-8?Q?…?=`. In
 * webhooks the same id is plain text, so it would name another session.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 */
export function decodeMetadata(value: string): string {
  return value
    .replaceAll(BETWEEN_WORDS, '$1')
    .replaceAll(ENCODED_WORD, (word, encoding: string, text: string) => {
      const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : readQuoted(text);
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        return word;
      }
    });
}

function readQuoted(text: string): Buffer {
  const plain = text.replaceAll('_', ' ');
  return Buffer.from(
    plain.replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
