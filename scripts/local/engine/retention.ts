// What AWS deletes and archives with time: expired items of the table, and the bucket's lifecycle rule.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
import type { MemoryDynamoDb } from '../services/memory-dynamodb.ts';
import type { LocalStack } from './local-stack.ts';
import type { ObjectFolder } from './object-folder.ts';

const DAY_MS = 86_400_000;
/** S3's default: smaller objects are deleted in time, but stay in their storage class. */
const LEAST_TRANSITION_BYTES = 128 * 1024;

/** AWS takes up to a few days for either; here it is at once. */
export function applyRetention(
  { settings }: LocalStack,
  { table, objects }: { readonly table: MemoryDynamoDb; readonly objects: ObjectFolder },
  nowMs: number,
): void {
  table.expire(nowMs);
  const { audio_retention_days, glacier_days, expiration_days } = settings.s3;
  for (const [key, { lastModifiedMs, storageClass, sizeBytes }] of objects.list()) {
    const days = (nowMs - lastModifiedMs) / DAY_MS;
    const next = days >= glacier_days ? 'GLACIER' : days >= audio_retention_days ? 'STANDARD_IA' : undefined;
    if (days >= expiration_days) objects.delete(key);
    else if (next !== undefined && next !== storageClass && sizeBytes >= LEAST_TRANSITION_BYTES)
      objects.transition(key, next);
  }
}
