// The reader of recorded requests: it knows actions, resources and IAM's context, and refuses requests that it does not know.
import { expect, test } from 'vitest';
import type { RecordedRequest } from '../../local-aws/recorded-requests.ts';
import { listDenied, listNeededPermissions } from './needed-by-requests.ts';
import type { Statement } from './role-policies.ts';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234';
const TAGS = { Project: 'voice', Environment: 'prod' };
const record = (service: string, operation: string, rest: Partial<RecordedRequest>): RecordedRequest => ({
  accessKeyId: 'AKIA',
  agent: 'Terraform/1.11.4',
  region: 'us-east-1',
  method: 'POST',
  path: '/',
  parameters: {},
  answer: '{}',
  service,
  operation,
  ...rest,
});
const createKey = record('kms', 'CreateKey', {
  parameters: { Tags: Object.entries(TAGS).map(([TagKey, TagValue]) => ({ TagKey, TagValue })) },
  answer: JSON.stringify({ KeyMetadata: { Arn: KEY } }),
});
const createFunction = record('lambda', 'CreateFunction', {
  parameters: { FunctionName: 'webhook', Role: 'arn:aws:iam::123456789012:role/webhook', KMSKeyArn: KEY },
});

test('a request needs its action, the role that it passes and the key that the service uses for it', async () => {
  const needed = await listNeededPermissions(
    [createKey, createFunction],
    ({ service }) => service === 'lambda',
  );
  const resource = { 'aws:ResourceTag/Project': 'voice', 'aws:ResourceTag/Environment': 'prod' };
  const region = { 'aws:RequestedRegion': 'us-east-1' };
  const viaLambda = { 'kms:ViaService': 'lambda.us-east-1.amazonaws.com', ...resource, ...region };
  const operation = 'lambda:CreateFunction';
  expect(needed).toEqual([
    {
      operation,
      action: operation,
      resource: 'arn:aws:lambda:us-east-1:123456789012:function:webhook',
      context: region,
    },
    {
      operation,
      action: 'iam:PassRole',
      resource: 'arn:aws:iam::123456789012:role/webhook',
      context: { 'iam:PassedToService': 'lambda.amazonaws.com', ...region },
    },
    { operation, action: 'kms:Encrypt', resource: KEY, context: viaLambda },
    { operation, action: 'kms:Decrypt', resource: KEY, context: viaLambda },
    {
      operation,
      action: 'kms:CreateGrant',
      resource: KEY,
      context: { ...viaLambda, 'kms:GrantIsForAWSResource': 'true' },
    },
  ]);
});

test('a policy with another value, and a new key whose tags do not exist yet, are denied', async () => {
  const needed = await listNeededPermissions([createKey]);
  const allow = (Action: string, Condition: unknown): Statement => ({
    Effect: 'Allow',
    Action,
    Resource: '*',
    Condition,
  });
  const create = allow('kms:CreateKey', { StringEquals: { 'aws:RequestTag/Project': 'voice' } });
  const tag = allow('kms:TagResource', { Null: { 'aws:ResourceTag/Project': 'true' } });
  expect(listDenied(needed, [create, tag])).toEqual([]);
  const foreign = allow('kms:CreateKey', { StringEquals: { 'aws:RequestTag/Project': 'shop' } });
  expect(listDenied(needed, [foreign, tag])).toEqual([expect.stringMatching(/^kms:CreateKey on \* with /)]);
  const existing = allow('kms:TagResource', { StringEquals: { 'aws:ResourceTag/Project': 'voice' } });
  expect(listDenied(needed, [create, existing])).toEqual([
    expect.stringContaining(`kms:TagResource on ${KEY}`),
  ]);
});

test.each([
  ['a service', record('athena', 'CreateWorkGroup', {}), /the resources of athena are unknown/],
  ['a parameter', record('lambda', 'GetFunction', {}), /has no FunctionName/],
  [
    'an operation without its resource',
    record('kms', 'CreateAlias', { parameters: { AliasName: 'alias/a' } }),
    /needs a resource of the type key/,
  ],
  ['an action', record('sqs', 'CreateEverything', { parameters: { QueueName: 'q' } }), /CreateEverything/],
])('%s that the reader does not know is an error', async (_, request, message) => {
  await expect(listNeededPermissions([request])).rejects.toThrow(message);
});
