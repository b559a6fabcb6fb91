// Checks that the queues and functions that the spec subscribes to the results topic let Amazon SNS deliver. Each finding has
// the statement to add.
import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { findTopicArn } from '../operator/stored-events.ts';
import { quote } from '../operator/terraform-command.ts';
import { describeUnusable, findKey, REVIVE_KEY } from './customer-key.ts';
import { type Finding, warnIfDenied } from './finding.ts';
import { allows } from './resource-policy.ts';
import { type Delivery, describeAccess, describeStatement, nameSns } from './sns-delivery.ts';

const SEND = 'sqs:SendMessage';
const INVOKE = 'lambda:InvokeFunction';
const USE_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'];
const HOW = 'docs/announcements.md#subscribing';

/** Expects a queue or a function: other receivers have no policy. */
export async function checkSubscriber(
  aws: AwsAccess,
  stack: Stack,
  { protocol, endpoint }: { readonly protocol: string; readonly endpoint: string },
): Promise<Finding> {
  const { region, names } = stack;
  const { accountId } = await aws.findCaller(region.name);
  const delivery = {
    topicArn: await findTopicArn(aws, stack),
    accountId,
    principal: nameSns(region.name, endpoint.split(':')[3] ?? ''),
    statementId: `${names.resultsTopic}-${region.name}`,
  };
  const check = protocol === 'sqs' ? checkQueue : checkFunction;
  return await warnIfDenied(() => check(aws, endpoint, delivery), {
    what: `${endpoint} was not checked`,
    fix: `its owner must allow ${delivery.principal} to deliver from ${delivery.topicArn} (${HOW})`,
  });
}

async function checkQueue(aws: AwsAccess, arn: string, delivery: Delivery): Promise<Finding> {
  const attributes = await readQueue(aws, arn);
  if (attributes === undefined)
    return {
      state: 'warn',
      what: `there is no queue ${arn}, or these credentials may not see it`,
      fix: `make it, correct its \`endpoint\`, or ask its owner whether it allows ${delivery.principal} to deliver from ${delivery.topicArn} (${HOW})`,
    };
  const { Policy, KmsMasterKeyId: key = '' } = attributes;
  if (!allows(Policy, describeAccess(delivery, [SEND], arn)))
    return {
      state: 'warn',
      what: `the policy of ${arn} does not let the results topic send`,
      fix: describeStatement('the queue', SEND, arn, delivery),
    };
  const problem = key === '' ? undefined : await findKeyProblem(aws, key, arn, delivery);
  return problem ?? { state: 'ok', what: `${arn} lets the topic send` };
}

/** Undefined if there is no such queue. */
async function readQueue(aws: AwsAccess, arn: string): Promise<Partial<Record<string, string>> | undefined> {
  const [, , , region = '', owner = '', name = ''] = arn.split(':');
  const sqs = aws.client(SQSClient, region);
  try {
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: owner }),
    );
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy', 'KmsMasterKeyId'] }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof Error && /NonExistentQueue|QueueDoesNotExist/.test(error.name)) return undefined;
    throw error;
  }
}

async function findKeyProblem(
  aws: AwsAccess,
  keyId: string,
  queueArn: string,
  delivery: Delivery,
): Promise<Finding | undefined> {
  const kms = aws.client(KMSClient, queueArn.split(':')[3] ?? '');
  const key = await findKey(kms, qualifyKey(keyId, queueArn));
  const arn = key?.Arn ?? keyId;
  const unusable = describeUnusable(key);
  if (unusable !== undefined)
    return {
      state: 'warn',
      what: `the queue is encrypted with ${arn}, which ${unusable}: no result arrives`,
      fix: `${REVIVE_KEY}, or give the queue another key`,
    };
  if (key?.KeyManager === 'AWS')
    return {
      state: 'warn',
      what: `the queue is encrypted with ${keyId}, a key of AWS that Amazon SNS may not use: no result arrives`,
      fix: `use the encryption of SQS (\`sqs_managed_sse_enabled = true\`), or a customer-managed key whose policy allows ${delivery.principal}`,
    };
  const fix = describeStatement('the key', USE_KEY, '*', delivery);
  const owner = key?.AWSAccountId;
  if (owner !== delivery.accountId)
    return {
      state: 'warn',
      what: `the queue is encrypted with ${arn} of account ${owner}, whose policy cannot be checked from here`,
      fix: `unless it is there, ${fix}`,
    };
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }));
  if (allows(Policy, describeAccess(delivery, USE_KEY, arn))) return undefined;
  return {
    state: 'warn',
    what: `Amazon SNS may not use ${arn}, with which the queue is encrypted`,
    fix,
  };
}

/** An id or an alias is one of the queue's account, not of the caller's. */
function qualifyKey(keyId: string, queueArn: string): string {
  if (keyId.startsWith('arn:')) return keyId;
  const [, partition, , region, owner] = queueArn.split(':');
  const resource = keyId.startsWith('alias/') ? keyId : `key/${keyId}`;
  return `arn:${partition}:kms:${region}:${owner}:${resource}`;
}

async function checkFunction(aws: AwsAccess, endpoint: string, delivery: Delivery): Promise<Finding> {
  // Lambda has no policy for $LATEST: that of the function applies.
  const arn = endpoint.replace(/:\$LATEST$/, '');
  const region = arn.split(':')[3] ?? '';
  const policy = await aws
    .client(LambdaClient, region)
    .send(new GetPolicyCommand({ FunctionName: arn }))
    .then(({ Policy }) => Policy)
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    });
  if (allows(policy, describeAccess(delivery, [INVOKE], arn)))
    return { state: 'ok', what: `${endpoint} lets the topic invoke it` };
  const { statementId, principal, topicArn } = delivery;
  return {
    state: 'warn',
    what: `${endpoint} is not there, or has no permission for the results topic`,
    fix: `aws lambda add-permission --region ${region} --function-name ${quote(arn)} --statement-id ${statementId} --action ${INVOKE} --principal ${principal} --source-arn ${topicArn}`,
  };
}
