// Parses an SQS message body: returns the uploads that it names and the reason for each event that is ignored.
// Accepts S3 notifications, direct or through SNS, and EventBridge events; refuses everything else.
import { sha256Hex } from '../shared/session-event.ts';

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

/** `folder`: the empty object that the S3 console creates for a folder. `no_upload`: not an ObjectCreated event. */
type IgnoredReason = 'folder' | 'no_upload';

export interface S3Notification {
  readonly uploads: readonly UploadedObject[];
  /** One entry per ignored event. */
  readonly ignored: readonly IgnoredReason[];
}

/** No retry can help: the message goes to the dead-letter queue at once. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

type Fields = Readonly<Record<string, unknown>>;

/** Each SNS topic in a chain adds one envelope. */
const MAX_WRAPPINGS = 3;

/**
 * Parses a notification. `s3:TestEvent`, which S3 sends when the notification is configured, returns two empty lists.
 * @throws MalformedMessageError
 */
export function parseS3Event(body: string): S3Notification {
  const events = listEvents(parseMessage(body), MAX_WRAPPINGS);
  const isFolder = ({ key, sizeBytes }: UploadedObject) => key.endsWith('/') && sizeBytes === 0;
  const uploads = events.filter((event) => event !== undefined);
  return {
    uploads: uploads.filter((upload) => !isFolder(upload)),
    ignored: events.flatMap((event) => {
      if (event === undefined) return ['no_upload' as const];
      return isFolder(event) ? ['folder' as const] : [];
    }),
  };
}

/** Returns the SHA-256 that identifies one upload. The same bytes put at the same key again have a new sequencer. */
export function identifyUpload({ key, etag, sequencer, eventTimeMs }: UploadedObject): string {
  return sha256Hex(JSON.stringify([key, etag, sequencer || eventTimeMs]));
}

/**
 * Decodes a key of an S3 notification: form encoding, where `+` is a space.
 * @throws MalformedMessageError when the encoding is invalid (`100%`)
 */
export function decodeKey(encodedKey: string): string {
  try {
    return decodeURIComponent(encodedKey.replaceAll('+', ' '));
  } catch (cause) {
    throw new MalformedMessageError('The object key is not URL-encoded', { cause });
  }
}

/** Returns one entry per event: undefined for an event that is not an upload. */
function listEvents(message: Fields, wrappingsLeft: number): (UploadedObject | undefined)[] {
  const { Type, Message, Event, Records } = message;
  if (Type === 'Notification' && typeof Message === 'string' && wrappingsLeft > 0) {
    return listEvents(parseMessage(Message), wrappingsLeft - 1);
  }
  if (Event === 's3:TestEvent') return [];
  if (message.source === 'aws.s3') return [readEventBridge(message)];
  if (!Array.isArray(Records) || Records.length === 0) {
    throw new MalformedMessageError('The message has no records of S3');
  }
  return Records.map((record: unknown) => readRecord(toFields(record)));
}

function parseMessage(body: string): Fields {
  let message: unknown;
  try {
    message = JSON.parse(body);
  } catch (cause) {
    throw new MalformedMessageError('The message is not JSON', { cause });
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new MalformedMessageError('The message is not an object');
  }
  return message as Fields;
}

function readRecord({ eventName, eventTime, s3 }: Fields): UploadedObject | undefined {
  if (typeof eventName !== 'string') throw new MalformedMessageError('A record has no event name');
  if (!/^(?:s3:)?ObjectCreated:/.test(eventName)) return undefined;
  const { bucket, object } = toFields(s3);
  const { key, eTag, size, sequencer } = toFields(object);
  const upload = toUpload({ bucket, key, etag: eTag, size, sequencer, time: eventTime });
  return { ...upload, key: decodeKey(upload.key) };
}

/** EventBridge does not encode the key. */
function readEventBridge({ detail, time, ...message }: Fields): UploadedObject | undefined {
  if (message['detail-type'] !== 'Object Created') return undefined;
  const { bucket, object } = toFields(detail);
  return toUpload({ ...toFields(object), bucket, time });
}

function toUpload({ bucket, key, etag, size, sequencer, time }: Fields): UploadedObject {
  const { name } = toFields(bucket);
  const eventTimeMs = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (
    typeof name !== 'string' ||
    typeof key !== 'string' ||
    typeof etag !== 'string' ||
    typeof size !== 'number' ||
    Number.isNaN(eventTimeMs)
  ) {
    throw new MalformedMessageError('A record lacks its bucket, key, ETag, size or time');
  }
  return {
    bucket: name,
    key,
    etag: etag.replaceAll('"', ''),
    sizeBytes: size,
    sequencer: typeof sequencer === 'string' ? sequencer : '',
    eventTimeMs,
  };
}

function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
