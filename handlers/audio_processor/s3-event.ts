// Receives an SQS message body, promises the S3 objects it names, refuses what is no S3 notification.
export interface UploadedObject {
  readonly bucket: string;
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** Grows with every write to one key; absent on some S3 look-alikes. */
  readonly sequencer: string;
  readonly eventTimeMs: number;
}

/** The message can never be understood; it goes back to the queue and in the end to its dead-letter queue. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

interface S3Record {
  readonly eventName?: unknown;
  readonly eventTime?: unknown;
  readonly s3?: {
    readonly bucket?: { readonly name?: unknown };
    readonly object?: {
      readonly key?: unknown;
      readonly eTag?: unknown;
      readonly size?: unknown;
      readonly sequencer?: unknown;
    };
  };
}

/**
 * Parses a notification. `s3:TestEvent`, a message without records, events other than uploads and the empty
 * objects that the console makes for folders yield nothing.
 * @throws MalformedMessageError
 */
export function parseS3Event(body: string): UploadedObject[] {
  const message = parseMessage(body);
  const records = message.Records ?? [];
  if (!Array.isArray(records)) throw new MalformedMessageError('Records is not an array');
  return records
    .filter((record: S3Record | null) => isUpload(record))
    .map((record: S3Record) => readUpload(record))
    .filter(({ key, sizeBytes }) => !(key.endsWith('/') && sizeBytes === 0));
}

/**
 * Decodes a key as S3 notifications encode it: form encoding, where `+` is a space.
 * @throws MalformedMessageError when it is no such encoding (`100%`)
 */
export function decodeKey(encodedKey: string): string {
  try {
    return decodeURIComponent(encodedKey.replaceAll('+', ' '));
  } catch (cause) {
    throw new MalformedMessageError('The object key is not URL-encoded', { cause });
  }
}

function parseMessage(body: string): { Records?: unknown } {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch (cause) {
    throw new MalformedMessageError('The message is not JSON', { cause });
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new MalformedMessageError('The message is not an object');
  }
  return message;
}

function isUpload(record: S3Record | null): boolean {
  const name = record?.eventName;
  if (typeof name !== 'string') throw new MalformedMessageError('A record has no event name');
  return /^(?:s3:)?ObjectCreated:/.test(name);
}

function readUpload({ eventTime, s3 }: S3Record): UploadedObject {
  const bucket = s3?.bucket?.name;
  const { key, eTag, size, sequencer } = s3?.object ?? {};
  const eventTimeMs = typeof eventTime === 'string' ? Date.parse(eventTime) : Number.NaN;
  if (
    typeof bucket !== 'string' ||
    typeof key !== 'string' ||
    typeof eTag !== 'string' ||
    typeof size !== 'number' ||
    Number.isNaN(eventTimeMs)
  ) {
    throw new MalformedMessageError('A record lacks its bucket, key, eTag, size or time');
  }
  return {
    bucket,
    key: decodeKey(key),
    etag: eTag.replaceAll('"', ''),
    sizeBytes: size,
    sequencer: typeof sequencer === 'string' ? sequencer : '',
    eventTimeMs,
  };
}
