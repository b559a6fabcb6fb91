// Receives an SQS message body, promises the S3 objects it names and why it passes over the rest. Understands S3's own
// notification, the same wrapped by SNS, and EventBridge's; refuses everything else.
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

/** `folder`: the empty object that the console makes for one. `no_upload`: an event of another kind. */
type IgnoredReason = 'folder' | 'no_upload';

export interface S3Notification {
  readonly uploads: readonly UploadedObject[];
  /** One entry for each event that is passed over. */
  readonly ignored: readonly IgnoredReason[];
}

/** The message can never be understood; it goes back to the queue and in the end to its dead-letter queue. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

type Fields = Readonly<Record<string, unknown>>;

/** A topic may deliver to another one; no real message is wrapped more often. */
const MOST_WRAPPINGS = 3;

/**
 * Parses a notification. Only `s3:TestEvent`, which S3 sends when the notification is set up, yields nothing at all.
 * @throws MalformedMessageError
 */
export function parseS3Event(body: string): S3Notification {
  const events = listEvents(parseMessage(body), MOST_WRAPPINGS);
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

/** Identifies one upload: the same bytes put at the same key again are a new upload with a new sequencer. */
export function identifyUpload({ key, etag, sequencer, eventTimeMs }: UploadedObject): string {
  return sha256Hex(JSON.stringify([key, etag, sequencer || eventTimeMs]));
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

/** One entry per event; undefined stands for one that is no upload. */
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

/** EventBridge gives the key as it is. */
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
