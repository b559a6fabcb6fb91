// Which key encrypts a place.
import type { StackNames } from '../naming.ts';
import type { Settings } from '../resolve.ts';
import type { DataPlace, PlaceId } from './data-place.ts';

/** Whose key it is without one for the stack; nobody can see, rotate or disable these. */
const OWNERS: { readonly [place in PlaceId]: string } = {
  recordings: 'Amazon S3',
  versions: 'Amazon S3',
  'access-logs': 'Amazon S3',
  events: 'Amazon DynamoDB',
  markers: 'Amazon DynamoDB',
  backups: 'Amazon DynamoDB',
  stream: 'Amazon DynamoDB',
  uploads: 'Amazon SQS',
  'upload-letters': 'Amazon SQS',
  'webhook-letters': 'Amazon SQS',
  results: 'Amazon SNS (`alias/aws/sns`)',
  'result-letters': 'Amazon SQS',
  logs: 'CloudWatch Logs',
};

/** S3 writes access logs with its own key only; Amazon SNS may not use a given key for its dead letters. */
export function describeKey(
  place: PlaceId,
  { kms, kms_key_arn }: Settings,
  { kmsAlias }: StackNames,
): Pick<DataPlace, 'key' | 'keyName'> {
  const isOfAws = place === 'access-logs' || (place === 'result-letters' && !kms.managed);
  if (kms.managed && !isOfAws) return { key: "the stack's own", keyName: kmsAlias };
  if (kms_key_arn !== null && !isOfAws) return { key: 'yours (`kms_key_arn`)', keyName: kms_key_arn };
  return { key: `that of ${OWNERS[place]}`, keyName: null };
}
