// What the doctor says about the key of a secret that Terraform only reads; AWS's answers are given.
import { KMSServiceException, NotFoundException } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import { SECRET_KINDS, type SecretKind } from '../operator/secret-store.ts';
import { checkSecret } from './check-names.ts';
import type { Finding } from './finding.ts';

const ACCOUNT = '111111111111';
const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`;
const SPEC = `project_name: acme
defaults: { secrets: { api_key: { source: existing } } }
environments: { dev: { regions: [us-east-1] } }
`;

function openStack(): Stack {
  const spec = compileSpec('sonotheia.config.yaml', Buffer.from(SPEC));
  if (!spec.ok) throw new Error('the spec is refused');
  const [environment] = spec.value.environments;
  if (environment === undefined) throw new Error('the spec has no environment');
  const caller = { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/someone` };
  const [stack] = selectStacks(environment, [], caller);
  if (stack === undefined) throw new Error('the spec has no stack');
  return stack;
}

async function look(answers: Readonly<Record<string, object>>): Promise<Finding> {
  const given: Readonly<Record<string, object>> = {
    DescribeSecretCommand: { KmsKeyId: 'alias/shared', VersionIdsToStages: { v: ['AWSCURRENT'] } },
    GetSecretValueCommand: { SecretString: 'the key' },
    DescribeKeyCommand: { KeyMetadata: { Arn: KEY_ARN, AWSAccountId: ACCOUNT, KeyState: 'Enabled' } },
    GetKeyPolicyCommand: { Policy: policy(`arn:aws:iam::${ACCOUNT}:root`) },
    ...answers,
  };
  const send = async (command: object): Promise<object> => {
    const answer = given[command.constructor.name] ?? {};
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const aws = { client: () => ({ send }), findCaller: async () => ({ accountId: ACCOUNT }) };
  return await checkSecret(aws as unknown as AwsAccess, openStack(), SECRET_KINDS[0] as SecretKind, []);
}

function policy(AWS: string, Action = 'kms:*', ...more: object[]): string {
  return JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' }, ...more],
  });
}

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const denied = new KMSServiceException({
  name: 'AccessDeniedException',
  message: 'User: someone is not authorized to perform: kms:DescribeKey',
  $fault: 'client',
  $metadata: { httpStatusCode: 400 },
});

const metadata = (more: object): object => ({
  KeyMetadata: { Arn: KEY_ARN, AWSAccountId: ACCOUNT, KeyState: 'Enabled', ...more },
});

test.each<[string, Record<string, object>, Finding['state'], RegExp]>([
  ['a key of the account', {}, 'ok', /is there, under arn:aws:kms:us-east-1:111111111111:key\/1$/],
  [
    "AWS's own key",
    { DescribeSecretCommand: { VersionIdsToStages: { v: ['AWSCURRENT'] } } },
    'ok',
    /is there$/,
  ],
  ['a disabled key', { DescribeKeyCommand: metadata({ KeyState: 'Disabled' }) }, 'FAIL', /which is Disabled/],
  [
    'a key that will be deleted',
    { DescribeKeyCommand: metadata({ KeyState: 'PendingDeletion', DeletionDate: new Date(0) }) },
    'FAIL',
    /which will be deleted on 1970-01-01/,
  ],
  [
    "another account's key",
    { DescribeKeyCommand: metadata({ AWSAccountId: '222222222222' }) },
    'warn',
    /of account 2/,
  ],
  [
    'a policy for one role',
    { GetKeyPolicyCommand: { Policy: policy(`arn:aws:iam::${ACCOUNT}:role/admin`) } },
    'FAIL',
    /does not let the account's IAM policies decide/,
  ],
  [
    'a policy for the role',
    {
      GetKeyPolicyCommand: { Policy: policy(`arn:aws:iam::${ACCOUNT}:role/x/sonotheia-audio-processor-dev`) },
    },
    'ok',
    /is there, under/,
  ],
  [
    'a policy for administration only',
    { GetKeyPolicyCommand: { Policy: policy(`arn:aws:iam::${ACCOUNT}:root`, 'kms:Put*') } },
    'FAIL',
    /could not decrypt/,
  ],
  [
    'a policy with wildcards',
    { GetKeyPolicyCommand: { Policy: policy(ROOT, 'kms:De*') } },
    'ok',
    /is there, under/,
  ],
  [
    'a policy that denies',
    {
      GetKeyPolicyCommand: {
        Policy: policy(ROOT, 'kms:*', {
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:*',
          Resource: '*',
          Condition: { StringNotEquals: { 'kms:CallerAccount': '222222222222' } },
        }),
      },
    },
    'FAIL',
    /could not decrypt/,
  ],
  [
    'a key that does not exist',
    { DescribeKeyCommand: new NotFoundException({ message: 'no', $metadata: {} }) },
    'FAIL',
    /encrypted with alias\/shared, which does not exist/,
  ],
  [
    'a key that may not be described',
    { DescribeKeyCommand: denied },
    'warn',
    /^its key was not checked: User: someone is not authorized/,
  ],
])('%s', async (_, answers, state, what) => {
  expect(await look(answers)).toMatchObject({ state, what: expect.stringMatching(what) });
});
