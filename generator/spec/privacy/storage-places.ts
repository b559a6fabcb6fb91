// Bucket and table.
import type { StackNames } from '../naming.ts';
import type { Settings } from '../resolve.ts';
import { type Draft, days } from './data-place.ts';
import {
  accessLogDays,
  BACKUP_DAYS,
  findLogDays,
  listMoves,
  MARKER_DAYS,
  recordingDays,
  STREAM_HOURS,
  versionDays,
} from './retention.ts';

export function listAudioPlaces(names: StackNames, { s3, logs }: Settings): Draft[] {
  const { expiration_days, versioning, access_logs } = s3;
  return [
    {
      id: 'recordings',
      data: 'recordings, with the metadata and the file name of their uploader',
      where: 'audio bucket: `incoming/`, `processed/`, `rejected/`',
      name: names.bucket,
      kept: `${describeClasses(s3)}, then deleted; the days count from the upload, again from the move to \`processed/\` or \`rejected/\`, and again from a copy to another region. Your \`archives/\` likewise, but \`forget\` does not look there`,
      settings: ['s3.audio_retention_days', 's3.glacier_days', 's3.expiration_days'],
      erasure: 'forget',
    },
    {
      id: 'versions',
      data: 'recordings that were overwritten, moved or deleted',
      where: 'old versions in the audio bucket',
      name: names.bucket,
      kept: `${days(versionDays(s3))} after they were replaced, so ${days(recordingDays(s3))} after the upload at most; a delete marker with the file name until day ${expiration_days}`,
      settings: ['s3.versioning', 's3.audio_retention_days', 's3.expiration_days'],
      erasure: 'forget',
      isKept: versioning,
      copy: {
        code: 'SONO622',
        holds: 'deleted recordings as old versions',
        original: 's3.expiration_days',
        originalDays: expiration_days,
        days: recordingDays(s3),
        why: 'Amazon S3: what is deleted becomes an old version, which this tree deletes `s3.audio_retention_days` later, or `s3.expiration_days` if that is sooner',
        fix: `set \`s3.versioning: false\`, or say ${recordingDays(s3)} days where you promise a time`,
      },
    },
    {
      id: 'access-logs',
      data: 'requests to the audio bucket, with file names and who asked',
      where: 'access-log bucket: `audio/`',
      name: names.accessLogBucket,
      kept: `${days(logs.retention_days)}, then for 30 days as an old version: ${days(accessLogDays(logs.retention_days))} in all`,
      settings: ['s3.access_logs', 'logs.retention_days'],
      erasure: 'expires',
      isKept: access_logs,
      copy: {
        code: 'SONO623',
        holds: 'names of files in the access logs',
        original: 's3.expiration_days',
        originalDays: expiration_days,
        days: accessLogDays(logs.retention_days),
        why: 'this generator: access logs name files, and are kept for 30 more days as old versions',
        fix: fixAccessLogs(expiration_days, logs.retention_days),
      },
    },
  ];
}

function fixAccessLogs(expirationDays: number, logDays: number): string {
  const days = findLogDays(expirationDays - accessLogDays(0));
  return days === undefined
    ? `set \`s3.access_logs: false\`, or say ${accessLogDays(logDays)} days where you promise a time`
    : `set \`logs.retention_days: ${days}\``;
}

/** `Standard for 30 days, Infrequent Access until day 90, Glacier until day 365`. */
function describeClasses(s3: Settings['s3']): string {
  const moves = listMoves(s3);
  const ends = [...moves.map(({ day }) => day), s3.expiration_days];
  return [
    `Standard for ${days(ends[0] ?? 0)}`,
    ...moves.map(({ to }, index) => `${to} until day ${ends[index + 1]}`),
  ].join(', ');
}

export function listTablePlaces(names: StackNames, { dynamodb }: Settings): Draft[] {
  const { ttl_days, event_type_index, point_in_time_recovery, stream } = dynamodb;
  return [
    {
      id: 'events',
      data: 'events: session, enrollment and case ids, scores, all that Sonotheia sends',
      where: `sessions table${event_type_index ? ' and its index' : ''}`,
      name: names.table,
      kept: `${days(ttl_days)}; \`sar.*\` at least 1827 days; longer if the event asks for it in \`retention_period_days\`. DynamoDB deletes within a few days after that`,
      settings: ['dynamodb.ttl_days', 'dynamodb.event_type_index'],
      erasure: 'forget',
    },
    {
      id: 'markers',
      data: 'markers of deliveries: event id and session id; digests of what was erased',
      where: 'sessions table, `delivery#…`',
      name: names.table,
      kept: `${days(MARKER_DAYS)}, forever for events without a time; of a recording ${days(ttl_days)}`,
      settings: [],
      erasure: 'forget',
    },
    {
      id: 'backups',
      data: 'every state of the table',
      where: 'continuous backups of the sessions table',
      name: names.table,
      kept: `${days(BACKUP_DAYS)}, also of what was deleted or erased: after a restore, erase it again`,
      settings: ['dynamodb.point_in_time_recovery'],
      erasure: 'expires',
      isKept: point_in_time_recovery,
      copy: {
        code: 'SONO621',
        holds: 'deleted events in the continuous backups of the table',
        original: 'dynamodb.ttl_days',
        originalDays: ttl_days,
        days: ttl_days + BACKUP_DAYS,
        why: 'Amazon DynamoDB: with point-in-time recovery every state of the last 35 days can be restored',
        fix: `say ${ttl_days + BACKUP_DAYS} days where you promise a time, or set \`dynamodb.point_in_time_recovery: false\``,
      },
    },
    {
      id: 'stream',
      data: 'each change of the table',
      where: 'stream of the sessions table',
      name: names.table,
      kept: `${STREAM_HOURS} hours`,
      settings: ['dynamodb.stream'],
      erasure: 'expires',
      isKept: stream,
    },
  ];
}
