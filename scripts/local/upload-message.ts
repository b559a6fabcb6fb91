// Upload notifications in the form of S3.
import type { UploadedObject } from '../../handlers/audio_processor/s3-event.ts';

export const BUCKET = 'audio-bucket';

/** Builds the body of S3's SQS message about uploads. */
export function toMessage(...uploads: readonly UploadedObject[]): string {
  return JSON.stringify({
    Records: uploads.map(({ bucket, key, etag, sizeBytes, sequencer, eventTimeMs }) => ({
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      eventTime: new Date(eventTimeMs).toISOString(),
      s3: {
        bucket: { name: bucket },
        object: { key: encodeKey(key), size: sizeBytes, eTag: etag, sequencer },
      },
    })),
  });
}

/** Encodes a key as S3 does in notifications. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}
