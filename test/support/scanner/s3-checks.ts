import type { Check } from './check.ts';
import { block, blocks, readStatements, type Values } from './stack-state.ts';

/** Checks of a bucket through the resources of a type that belong to it. */
const forBuckets = (
  id: string,
  asks: string,
  type: string,
  has: (companions: readonly Values[]) => boolean,
): Check => ({
  id,
  asks,
  findFailures: (stack) =>
    stack.of('aws_s3_bucket').filter(
      (bucket) =>
        !has(
          stack
            .of(type)
            .filter(({ values }) => values.bucket === bucket.values.id)
            .map(({ values }) => values),
        ),
    ),
});

const PUBLIC_ACCESS = 'aws_s3_bucket_public_access_block';
const blocksPublic = (id: string, argument: string): Check =>
  forBuckets(id, argument, PUBLIC_ACCESS, (found) => found.some((values) => values[argument] === true));
const noPublicAcl = (id: string): Check =>
  forBuckets(id, 'no public ACL', 'aws_s3_bucket_acl', (found) =>
    found.every(({ acl }) => !String(acl).startsWith('public')),
  );
const exists = (found: readonly Values[]): boolean => found.length > 0;
const sseAlgorithm = (values: Values): unknown =>
  block(block(values, 'rule'), 'apply_server_side_encryption_by_default').sse_algorithm;
const ENCRYPTION = 'aws_s3_bucket_server_side_encryption_configuration';
const LIFECYCLE = 'aws_s3_bucket_lifecycle_configuration';

export const S3_CHECKS: readonly Check[] = [
  forBuckets('CKV_AWS_18', 'access logs', 'aws_s3_bucket_logging', exists),
  forBuckets('CKV_AWS_19', 'encryption', ENCRYPTION, (found) =>
    found.some((values) => ['AES256', 'aws:kms'].includes(String(sseAlgorithm(values)))),
  ),
  noPublicAcl('CKV_AWS_20'),
  forBuckets('CKV_AWS_21', 'versioning', 'aws_s3_bucket_versioning', (found) =>
    found.some((values) => block(values, 'versioning_configuration').status === 'Enabled'),
  ),
  blocksPublic('CKV_AWS_53', 'block_public_acls'),
  blocksPublic('CKV_AWS_54', 'block_public_policy'),
  blocksPublic('CKV_AWS_55', 'ignore_public_acls'),
  blocksPublic('CKV_AWS_56', 'restrict_public_buckets'),
  noPublicAcl('CKV_AWS_57'),
  forBuckets('CKV_AWS_70', 'a policy that allows nobody unknown', 'aws_s3_bucket_policy', (found) =>
    found.every(({ policy }) =>
      readStatements(policy).every(
        ({ Effect, Principal }) => Effect === 'Deny' || !/"\*"/.test(JSON.stringify(Principal)),
      ),
    ),
  ),
  forBuckets('CKV_AWS_93', 'a policy that locks nobody out', 'aws_s3_bucket_policy', (found) =>
    found.every(({ policy }) =>
      readStatements(policy).every(({ Effect, Condition }) => Effect === 'Allow' || Condition !== undefined),
    ),
  ),
  forBuckets('CKV_AWS_144', 'replication', 'aws_s3_bucket_replication_configuration', exists),
  forBuckets('CKV_AWS_145', 'a KMS key', ENCRYPTION, (found) =>
    found.some((values) => sseAlgorithm(values) === 'aws:kms'),
  ),
  forBuckets('CKV_AWS_300', 'an end of unfinished uploads', LIFECYCLE, (found) =>
    found.some((values) =>
      blocks(values, 'rule').some((rule) => blocks(rule, 'abort_incomplete_multipart_upload').length > 0),
    ),
  ),
  forBuckets('CKV2_AWS_6', 'no public access', PUBLIC_ACCESS, (found) =>
    found.some((values) => values.block_public_acls === true && values.block_public_policy === true),
  ),
  forBuckets('CKV2_AWS_61', 'a lifecycle', LIFECYCLE, exists),
  forBuckets('CKV2_AWS_62', 'event notifications', 'aws_s3_bucket_notification', exists),
  forBuckets('CKV2_AWS_65', 'no ACLs', 'aws_s3_bucket_ownership_controls', (found) =>
    found.some((values) => block(values, 'rule').object_ownership === 'BucketOwnerEnforced'),
  ),
];
