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

type Bucket = Settings['s3'];

export interface Move {
  readonly to: 'Infrequent Access' | 'Glacier';
  readonly day: number;
}

/** The moves before the deletion; S3 refuses others. Glacier never comes alone: it is 30 days after Infrequent Access. */
export function listMoves({ audio_retention_days, glacier_days, expiration_days }: Bucket): Move[] {
  const moves: Move[] = [
    { to: 'Infrequent Access', day: audio_retention_days },
    { to: 'Glacier', day: glacier_days },
  ];
  return moves.filter(({ day }) => day < expiration_days);
}

/** Days until an old version is deleted. */
export function versionDays({ audio_retention_days, expiration_days }: Bucket): number {
  return Math.min(audio_retention_days, expiration_days);
}

/** The most days from an upload to the deletion of its last version. */
export function recordingDays(s3: Bucket): number {
  return s3.expiration_days + (s3.versioning ? versionDays(s3) : 0);
}

/** The longest retention of logs that CloudWatch allows within so many days. */
export function findLogDays(limit: number): number | undefined {
  const { properties } = dereference({ $ref: '#/definitions/logs' });
  const { retention_days } = properties as JsonObject;
  return (dereference(retention_days).enum as number[]).findLast((days) => days <= limit);
}

export function accessLogDays(logDays: number): number {
  return logDays + ACCESS_LOG_VERSION_DAYS;
}
