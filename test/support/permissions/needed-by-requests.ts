// The permissions that recorded requests need: action, resource, and the keys of IAM's context.
import type { RecordedRequest } from '../../local-aws/recorded-requests.ts';
import {
  type AccountState,
  createAccountState,
  listTags,
  nameFunction,
  observe,
  readTags,
  readText,
} from './account-state.ts';
import { keepKnownKeys, listMissingTypes } from './authorization-data.ts';
import { listDependents } from './dependent-permissions.ts';
import { type Context, isAllowed, type PolicyRequest } from './policy-decision.ts';
import { locateResources } from './request-resources.ts';
import type { Statement } from './role-policies.ts';

export interface NeededPermission extends PolicyRequest {
  /** The request that needs it. */
  readonly operation: string;
}

/** S3 operations whose IAM action has another name. */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  DeleteBucketEncryption: 'PutEncryptionConfiguration',
  DeleteBucketLifecycle: 'PutLifecycleConfiguration',
  DeleteBucketOwnershipControls: 'PutBucketOwnershipControls',
  DeletePublicAccessBlock: 'PutBucketPublicAccessBlock',
  GetBucketAccelerateConfiguration: 'GetAccelerateConfiguration',
  GetBucketEncryption: 'GetEncryptionConfiguration',
  GetBucketLifecycleConfiguration: 'GetLifecycleConfiguration',
  GetBucketNotificationConfiguration: 'GetBucketNotification',
  GetBucketReplication: 'GetReplicationConfiguration',
  GetObjectLockConfiguration: 'GetBucketObjectLockConfiguration',
  GetPublicAccessBlock: 'GetBucketPublicAccessBlock',
  HeadBucket: 'ListBucket',
  HeadObject: 'GetObject',
  ListObjectVersions: 'ListBucketVersions',
  ListObjectsV2: 'ListBucket',
  PutBucketEncryption: 'PutEncryptionConfiguration',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutBucketNotificationConfiguration: 'PutBucketNotification',
  PutPublicAccessBlock: 'PutBucketPublicAccessBlock',
};

/** Actions with a name of their own for a version. */
const VERSIONED: readonly string[] = ['DeleteObject', 'GetObject'];

/**
 * GetCallerIdentity needs no permission; the provider asks IAM only when it does not validate its credentials, as here. It
 * looks for DynamoDB's own key to leave it out of the state, and ignores a refusal (`clearSSEDefaultKey` in its table.go).
 */
function needsPermission({ service, operation, parameters }: RecordedRequest): boolean {
  if (service === 'kms' && operation === 'DescribeKey' && parameters.KeyId === 'alias/aws/dynamodb')
    return false;
  return !['iam:GetUser', 'sts:GetCallerIdentity'].includes(`${service}:${operation}`);
}

/**
 * Distinct permissions of the chosen requests, in their order. The others are read only because they create resources.
 * Throws where a request's resources are unknown, or are none that its action takes.
 */
export async function listNeededPermissions(
  requests: readonly RecordedRequest[],
  isChosen: (request: RecordedRequest, index: number) => boolean = () => true,
): Promise<NeededPermission[]> {
  const state = createAccountState();
  const needed = new Map<string, NeededPermission>();
  for (const [index, request] of requests.entries()) {
    const operation = `${request.service}:${request.operation}`;
    if (isChosen(request, index) && needsPermission(request))
      for (const { action, resource, context } of await listPermissions(request, state)) {
        const inRegion = { ...context, 'aws:RequestedRegion': request.region };
        const permission = { operation, action, resource, context: inRegion };
        needed.set(JSON.stringify(permission), permission);
      }
    observe(request, state);
  }
  return await Promise.all(
    [...needed.values()].map(async (each) => ({ ...each, context: await keepKnownKeys(each) })),
  );
}

async function listPermissions(request: RecordedRequest, state: AccountState): Promise<PolicyRequest[]> {
  if (request.operation === 'DeleteObjects') return listDeletions(request);
  const resources = locateResources(request, state);
  const missing = await listMissingTypes(nameAction(request), resources);
  if (missing.length > 0) throw new Error(`${missing.join(', ')}: ${JSON.stringify(request)}`);
  const own = resources.map((resource) => ({
    action: nameAction(request),
    resource,
    context: {
      ...listTags('aws:RequestTag', readTags(request)),
      ...listTags('aws:ResourceTag', findTags(resource, state)),
      ...listOwnKeys(request, state),
    },
  }));
  return [...own, ...listDependents(request, state, resources)];
}

function nameAction({ service, operation, method, parameters }: RecordedRequest): string {
  // IAM knows API Gateway's requests by their HTTP methods.
  if (service === 'apigateway') return `apigateway:${method}`;
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
  if (service === 'sqs') return `sqs:${operation.replace(/Batch$/, '')}`;
  if (service !== 's3') return `${service}:${operation}`;
  const action = S3_ACTIONS[operation] ?? operation;
  const isOfVersion = parameters.VersionId !== undefined && VERSIONED.includes(action);
  return `s3:${action}${isOfVersion ? 'Version' : ''}`;
}

function listDeletions(request: RecordedRequest): PolicyRequest[] {
  const { Objects } = request.parameters.Delete as { Objects: { Key: string; VersionId?: string }[] };
  return Objects.map(({ Key, VersionId }) => ({
    action: VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    resource: `arn:aws:s3:::${readText(request, 'Bucket')}/${Key}`,
  }));
}

/** The parts of an API have its tags, and a stage its own besides. */
function findTags(resource: string, { tags }: AccountState): Readonly<Record<string, string>> {
  const [api = ''] = /^arn:aws:apigateway:[^:]*::\/restapis\/[^/]+/.exec(resource) ?? [];
  return { ...tags.get(api), ...tags.get(resource) };
}

/** The keys of the services themselves. */
function listOwnKeys(request: RecordedRequest, state: AccountState): Context {
  const { service, operation, parameters } = request;
  const keys: Record<string, string | readonly string[] | undefined> = {};
  if (service === 'application-autoscaling')
    keys['application-autoscaling:service-namespace'] = parameters.ServiceNamespace as string | undefined;
  if (service === 'iam') {
    keys['iam:PolicyARN'] = parameters.PolicyArn as string | undefined;
    keys['iam:PermissionsBoundary'] =
      (parameters.PermissionsBoundary as string | undefined) ??
      state.roles.get(readText(request, 'RoleName'))?.boundary;
  }
  if (service === 'lambda' && operation.endsWith('EventSourceMapping')) {
    const { FunctionName, UUID } = parameters as Record<string, string | undefined>;
    keys['lambda:FunctionArn'] =
      UUID === undefined ? FunctionName && nameFunction(request) : state.functions.get(UUID);
  }
  if (operation === 'ChangeResourceRecordSets') Object.assign(keys, listRecordKeys(request));
  if (service === 's3') keys['s3:prefix'] = parameters.Prefix as string | undefined;
  return Object.fromEntries(
    Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html */
function listRecordKeys({ parameters }: RecordedRequest): Context {
  const { Changes } = parameters.ChangeBatch as {
    Changes: { Action: string; ResourceRecordSet: { Name: string; Type: string } }[];
  };
  const records = Changes.map(({ ResourceRecordSet }) => ResourceRecordSet);
  return {
    'route53:ChangeResourceRecordSetsActions': Changes.map(({ Action }) => Action),
    'route53:ChangeResourceRecordSetsNormalizedRecordNames': records.map(({ Name }) =>
      Name.toLowerCase().replace(/\.$/, ''),
    ),
    'route53:ChangeResourceRecordSetsRecordTypes': records.map(({ Type }) => Type),
  };
}

/** One line for each permission that the statements do not allow. */
export function listDenied(needed: readonly NeededPermission[], statements: readonly Statement[]): string[] {
  return needed
    .filter((permission) => !isAllowed(statements, permission))
    .map(
      ({ action, resource, context, operation }) =>
        `${action} on ${resource} with ${JSON.stringify(context)}, for ${operation}`,
    );
}
