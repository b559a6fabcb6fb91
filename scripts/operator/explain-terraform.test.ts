// Advice must depend on the error itself, not on a word that any message may contain.
import { expect, test } from 'vitest';
import { explainTerraform } from './explain-terraform.ts';

const PROVIDER = 'with provider["registry.terraform.io/hashicorp/aws"].us_east_1, NoSuchBucket';

test.each([
  [`Error: configuring provider ${PROVIDER}: something new`, undefined],
  [
    `${PROVIDER} api error ExpiredToken: The security token included in the request is expired`,
    'log in again',
  ],
  ['api error RequestTimeTooSkewed: The difference is too large', 'clock'],
  ['api error SignatureDoesNotMatch: Signature expired: 20260101T0000', 'clock'],
  ['failed to get shared config profile, acme-nope', 'aws configure list-profiles'],
  ['Error acquiring the state lock', 'npx sonotheia doctor'],
  [
    "reading Secrets Manager Secret (s): couldn't find resource, with data.aws_secretsmanager_secret.api_key",
    'npx sonotheia secrets put',
  ],
  [
    'reading Secrets Manager Secret (s): AccessDeniedException, with data.aws_secretsmanager_secret.api_key',
    'permission',
  ],
  [`creating IAM Role (r): EntityAlreadyExists: Role exists ${PROVIDER}`, 'terraform import'],
  ['BucketAlreadyOwnedByYou: yours', 'terraform import'],
  [
    'Resource terraform_data.protected_prod[0] has lifecycle.prevent_destroy\nset, but the plan calls',
    '`protected: false`',
  ],
  [
    'deleting S3 Bucket (b): BucketNotEmpty: The bucket you tried to delete is not empty',
    'npx sonotheia destroy',
  ],
  ['a secret with this name is already scheduled for deletion', 'force-delete-without-recovery'],
  ['api error ThrottlingException: Rate exceeded', 'wait a minute'],
  ['LimitExceededException: Account limit', 'quota'],
  [`AccessDeniedException: User is not authorized to perform: dynamodb:Scan ${PROVIDER}`, 'permission'],
  [
    'Error: Failed to query available provider packages: Could not retrieve the list of versions',
    'registry must be reachable',
  ],
])('%s', (text, advice) => {
  if (advice === undefined) expect(explainTerraform(text)).toBeUndefined();
  else expect(explainTerraform(text)).toContain(advice);
});
