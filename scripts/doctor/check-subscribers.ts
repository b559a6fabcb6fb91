// Checks that what the spec subscribes to the results topic lets Amazon SNS deliver, and that whoever must confirm has done
// so. Each finding has the statement to add. Nothing here stops a deployment.
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand, SNSClient, type Subscription } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsAccess } from '../operator/aws-access.ts';
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import type { Stack } from '../operator/open-spec.ts';
import { allowsSns, type Delivery } from './allows-service.ts';
import type { Finding } from './finding.ts';

const SEND = 'sqs:SendMessage';
const INVOKE = 'lambda:InvokeFunction';
const USE_KEY = ['kms:Decrypt', 'kms:GenerateDataKey'];

/** Expects a queue or a function: other receivers have no policy. */
export async function checkSubscriber(
  aws: AwsAccess,
  { region, names }: Stack,
  { protocol, endpoint }: { readonly protocol: string; readonly endpoint: string },
): Promise<Finding> {
  const { accountId, partition } = await aws.findCaller(region.name);
  const topicArn = `arn:${partition}:sns:${region.name}:${accountId}:${names.resultsTopic}`;
  const delivery = { topicArn, accountId };
  const check = protocol === 'sqs' ? checkQueue : checkFunction;
  try {
    return await check(aws, endpoint, delivery);
  } catch (error) {
    if (isAccessDenied(error))
      return {
        state: 'warn',
        what: `these credentials may not read the policies of ${endpoint}, so it was not checked`,
        fix: `its owner must allow sns.amazonaws.com to deliver from ${topicArn} (docs/announcements.md#subscribing)`,
      };
    if (error instanceof Error && /NonExistentQueue|QueueDoesNotExist/.test(error.name))
      return {
        state: 'warn',
        what: `there is no queue ${endpoint}`,
        fix: 'make it, or correct its `endpoint`',
      };
    throw error;
  }
}

async function checkQueue(aws: AwsAccess, arn: string, delivery: Delivery): Promise<Finding> {
  const [, , , region = '', owner = '', name = ''] = arn.split(':');
  const sqs = aws.client(SQSClient, region);
  const { QueueUrl } = await sqs.send(
    new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: owner }),
  );
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy', 'KmsMasterKeyId'] }),
  );
  const { Policy, KmsMasterKeyId: key } = Attributes;
  if (!allowsSns(Policy, [SEND], delivery))
    return refuse(`the policy of ${arn} does not let the results topic send`, 'the policy of the queue', {
      actions: [SEND],
      resource: arn,
      delivery,
    });
  const problem =
    key === undefined || key === '' ? undefined : await findKeyProblem(aws, key, region, delivery);
  return problem ?? { state: 'ok', what: `${arn} lets the topic send` };
}

async function findKeyProblem(
  aws: AwsAccess,
  keyId: string,
  region: string,
  delivery: Delivery,
): Promise<Finding | undefined> {
  const kms = aws.client(KMSClient, region);
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
  if (KeyMetadata?.KeyManager === 'AWS')
    return {
      state: 'warn',
      what: `the queue is encrypted with ${keyId}, a key of AWS that Amazon SNS may not use: no result arrives`,
      fix: 'use the encryption of SQS (`sqs_managed_sse_enabled = true`), or a customer-managed key whose policy allows sns.amazonaws.com',
    };
  const arn = KeyMetadata?.Arn ?? keyId;
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }));
  if (allowsSns(Policy, USE_KEY, delivery)) return undefined;
  return refuse(`Amazon SNS may not use ${arn}, with which the queue is encrypted`, 'the policy of the key', {
    actions: USE_KEY,
    resource: '*',
    delivery,
  });
}

async function checkFunction(aws: AwsAccess, arn: string, delivery: Delivery): Promise<Finding> {
  const region = arn.split(':')[3] ?? '';
  const policy = await aws
    .client(LambdaClient, region)
    .send(new GetPolicyCommand({ FunctionName: arn }))
    .then(({ Policy }) => Policy)
    .catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
      throw error;
    });
  if (allowsSns(policy, [INVOKE], delivery)) return { state: 'ok', what: `${arn} lets the topic invoke it` };
  return {
    state: 'warn',
    what: `${arn} is not there, or has no permission for the results topic`,
    fix: `aws lambda add-permission --region ${region} --function-name ${arn} --statement-id results --action ${INVOKE} --principal sns.amazonaws.com --source-arn ${delivery.topicArn}`,
  };
}

interface Missing {
  readonly actions: readonly string[];
  readonly resource: string;
  readonly delivery: Delivery;
}

function refuse(what: string, where: string, { actions, resource, delivery }: Missing): Finding {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: actions.length === 1 ? actions[0] : actions,
    Resource: resource,
    Condition: { ArnEquals: { 'aws:SourceArn': delivery.topicArn } },
  };
  return { state: 'warn', what, fix: `add to ${where}: ${JSON.stringify(statement)}` };
}

/** Who has not confirmed a subscription of the stack's topics, alarms included. */
export async function checkConfirmations(aws: AwsAccess, { region, names }: Stack): Promise<Finding> {
  const { accountId, partition } = await aws.findCaller(region.name);
  const topics = [names.resultsTopic, ...(region.settings.monitoring.enabled ? [names.alarmsTopic] : [])];
  const arns = topics.map((topic) => `arn:${partition}:sns:${region.name}:${accountId}:${topic}`);
  const lists = await Promise.all(
    arns.map((arn) => listSubscriptions(aws.client(SNSClient, region.name), arn)),
  );
  const found = lists.flatMap((list) => list ?? []);
  const pending = found.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation');
  if (pending.length === 0)
    return {
      state: 'ok',
      what:
        lists[0] === undefined
          ? 'no topic yet'
          : `${found.length} subscriptions, none waits for a confirmation`,
    };
  const [first] = pending;
  return {
    state: 'warn',
    what: `not confirmed, so nothing arrives: ${pending.map(({ Protocol, Endpoint }) => `${Protocol} to ${Endpoint}`).join(', ')}`,
    fix: `open the link that AWS sent; for a new one, aws sns subscribe --region ${region.name} --topic-arn ${first?.TopicArn} --protocol ${first?.Protocol} --notification-endpoint ${first?.Endpoint}`,
  };
}

/** Undefined before the topic exists. */
async function listSubscriptions(sns: SNSClient, TopicArn: string): Promise<Subscription[] | undefined> {
  const all: Subscription[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
      all.push(...(page.Subscriptions ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined && NextToken !== '');
  } catch (error) {
    if (error instanceof Error && /^NotFound(Exception)?$/.test(error.name)) return undefined;
    throw error;
  }
  return all;
}
