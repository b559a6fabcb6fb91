// How long AWS keeps copies that no setting shortens, and the sums of settings.
import type { JsonObject } from '../json.ts';
import type { Settings } from '../resolve.ts';
import { dereference } from '../schema.ts';

/** Of DynamoDB's continuous backups. */
export const BACKUP_DAYS = 35;
export const STREAM_HOURS = 24;
/** Of the dead-letter queue of results: the most that Amazon SQS allows. */
export const RESULT_LETTER_DAYS = 14;
/** The functions recognise a redelivery for so long (handlers/shared/replay-window.ts). */
export const MARKER_DAYS = 401;
/** Of old versions in the access-log bucket. */
const ACCESS_LOG_VERSION_DAYS = 30;

/** The most days from an upload to the deletion of its last version. */
export function recordingDays({ expiration_days, versioning, audio_retention_days }: Settings['s3']): number {
  return expiration_days + (versioning ? audio_retention_days : 0);
}

/** The longest retention of logs that CloudWatch allows within so many days. */
export function findLogDays(limit: number): number {
  const { properties } = dereference({ $ref: '#/definitions/logs' });
  const { retention_days } = properties as JsonObject;
  return Math.max(...(dereference(retention_days).enum as number[]).filter((days) => days <= limit));
}

export function accessLogDays(logDays: number): number {
  return logDays + ACCESS_LOG_VERSION_DAYS;
}
