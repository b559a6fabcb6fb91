// Reads the IAM actions that a run of Terraform needs from the provider's log of its requests.
import { readFileSync } from 'node:fs';

const SERVICES: Readonly<Record<string, string>> = {
  'API Gateway': 'apigateway',
  CloudWatch: 'cloudwatch',
  'CloudWatch Logs': 'logs',
  DynamoDB: 'dynamodb',
  IAM: 'iam',
  KMS: 'kms',
  Lambda: 'lambda',
  S3: 's3',
  SNS: 'sns',
  SQS: 'sqs',
  STS: 'sts',
  'Secrets Manager': 'secretsmanager',
  WAFV2: 'wafv2',
};

/** S3 operations whose IAM action has another name. */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  // For buckets with versions.
  DeleteObjects: 'DeleteObjectVersion',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadBucket: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
};

/** GetCallerIdentity needs no permission; the provider asks IAM only when it does not validate its credentials, as here. */
const NEEDS_NO_PERMISSION = ['iam:GetUser', 'sts:GetCallerIdentity'];

/** The distinct actions behind the requests in a log that Terraform wrote with `TF_LOG_PROVIDER=DEBUG`, sorted. */
export function readNeededActions(logFile: string): string[] {
  const records = readFileSync(logFile, 'utf8').split(/\n(?=\d{4}-\d\d-\d\dT\S+ \[)/);
  const actions = records
    .filter((record) => record.includes('HTTP Request Sent'))
    .map((record) => nameAction(record))
    .filter((action) => !NEEDS_NO_PERMISSION.includes(action));
  return [...new Set(actions)].sort();
}

function nameAction(record: string): string {
  // The log truncates a request with a package before its name; this is CreateFunction.
  if (record.includes('"ZipFile\\":') && !record.includes(' rpc.method=')) return 'lambda:CreateFunction';
  const read = (name: string): string => {
    const match = new RegExp(` ${name}=(?:"([^"]+)"|(\\S+))`).exec(record);
    return match?.[1] ?? match?.[2] ?? '';
  };
  const service = SERVICES[read('rpc\\.service')];
  const operation = read('rpc\\.method');
  if (service === undefined || operation === '') throw new Error(`a request of an unknown kind: ${record}`);
  // IAM knows API Gateway's requests by their HTTP methods.
  if (service === 'apigateway') return `apigateway:${read('http\\.method')}`;
  return `${service}:${service === 's3' ? (S3_ACTIONS[operation] ?? operation) : operation}`;
}

/** The `actions` that no statement of the policies allows on any resource. */
export function findMissingActions(actions: readonly string[], policies: readonly string[]): string[] {
  const allowed = policies.flatMap((policy) => {
    const { Statement } = JSON.parse(policy) as { Statement: { Action: string | string[] }[] };
    return Statement.flatMap(({ Action }) => Action);
  });
  return findDisallowed(actions, allowed);
}

/** The `actions` that match none of the allowed ones, which may have wildcards. */
export function findDisallowed(actions: readonly string[], allowed: readonly string[]): string[] {
  const patterns = allowed.map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
  return actions.filter((action) => !patterns.some((pattern) => pattern.test(action)));
}
