// What the doctor says about the subscribers of the results topic; AWS's answers are given.
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import { checkConfirmations, checkSubscriber } from './check-subscribers.ts';

const ACCOUNT = '111111111111';
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:acme-results-dev`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:cases`;
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:router`;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`;
const SPEC = 'project_name: acme\nenvironments: { dev: { regions: [us-east-1] } }\n';

type Answers = Readonly<Record<string, object>>;

function openStack(): Stack {
  const spec = compileSpec('sonotheia.config.yaml', Buffer.from(SPEC));
  if (!spec.ok) throw new Error('the spec is refused');
  const [environment] = spec.value.environments;
  const caller = { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/someone`, partition: 'aws' };
  const [stack] = environment === undefined ? [] : selectStacks(environment, [], caller);
  if (stack === undefined) throw new Error('the spec has no stack');
  return stack;
}

/** An answer that is an error is thrown. */
function answer(answers: Answers): AwsAccess {
  const send = async (command: object): Promise<object> => {
    const given = answers[command.constructor.name] ?? {};
    if (given instanceof Error) throw given;
    return given;
  };
  const findCaller = async () => ({ accountId: ACCOUNT, partition: 'aws' });
  return { client: () => ({ send }), findCaller } as unknown as AwsAccess;
}

const named = (name: string): Error => Object.assign(new Error(name), { name });

function policy(more: object): string {
  const base = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Resource: '*' };
  return JSON.stringify({ Statement: [{ ...base, ...more }] });
}

const SOURCE = { ArnEquals: { 'aws:SourceArn': TOPIC } };
const SEND = { Action: 'sqs:SendMessage', Condition: SOURCE };
const queue = (Policy: string | undefined, KmsMasterKeyId?: string): Answers => ({
  GetQueueUrlCommand: { QueueUrl: 'https://queue' },
  GetQueueAttributesCommand: { Attributes: { Policy, KmsMasterKeyId } },
});
const key = (Policy: string, KeyManager = 'CUSTOMER'): Answers => ({
  ...queue(policy(SEND), KEY),
  DescribeKeyCommand: { KeyMetadata: { Arn: KEY, KeyManager } },
  GetKeyPolicyCommand: { Policy },
});

test.each<[string, Answers, 'ok' | 'warn', RegExp]>([
  ['the statement of the documentation', queue(policy(SEND)), 'ok', /lets the topic send/],
  [
    'wildcards',
    queue(policy({ Action: 'SQS:*', Condition: { ArnLike: { 'AWS:SourceArn': 'arn:aws:sns:*:*:acme-*' } } })),
    'ok',
    /lets/,
  ],
  ['no policy', queue(undefined), 'warn', /does not let/],
  [
    'another topic',
    queue(policy({ ...SEND, Condition: { ArnEquals: { 'aws:SourceArn': `${TOPIC}-2` } } })),
    'warn',
    /does not let/,
  ],
  ['a refusal', queue(policy({ ...SEND, Effect: 'Deny' })), 'warn', /does not let/],
  [
    'another service',
    queue(policy({ ...SEND, Principal: { Service: 's3.amazonaws.com' } })),
    'warn',
    /does not let/,
  ],
  [
    'an organization, which SNS is not in',
    queue(policy({ ...SEND, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })),
    'warn',
    /does not let/,
  ],
  ["AWS's own key", key('{}', 'AWS'), 'warn', /may not use: no result arrives/],
  [
    'a key for SNS',
    key(policy({ Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })),
    'ok',
    /lets the topic send/,
  ],
  [
    'a key that SNS may only decrypt with',
    key(policy({ Action: 'kms:Decrypt' })),
    'warn',
    /Amazon SNS may not use arn:aws:kms/,
  ],
  ['no queue', { GetQueueUrlCommand: named('QueueDoesNotExist') }, 'warn', /there is no queue/],
  ['no permission to look', { GetQueueUrlCommand: named('AccessDenied') }, 'warn', /was not checked/],
])('a queue with %s', async (_, answers, state, what) => {
  const found = await checkSubscriber(answer(answers), openStack(), { protocol: 'sqs', endpoint: QUEUE });
  expect(found).toMatchObject({ state, what: expect.stringMatching(what) });
});

test('the statement that it prints satisfies it', async () => {
  const look = (answers: Answers) =>
    checkSubscriber(answer(answers), openStack(), { protocol: 'sqs', endpoint: QUEUE });
  const paste = (fix = ''): string =>
    JSON.stringify({ Statement: [JSON.parse(fix.slice(fix.indexOf('{')))] });
  expect((await look(queue(paste((await look(queue(undefined))).fix)))).state).toBe('ok');
  expect((await look(key(paste((await look(key('{}'))).fix)))).state).toBe('ok');
});

test.each<[string, Answers, 'ok' | 'warn']>([
  [
    'a permission',
    {
      GetPolicyCommand: {
        Policy: policy({
          Action: 'lambda:InvokeFunction',
          Condition: { ArnLike: { 'AWS:SourceArn': TOPIC } },
        }),
      },
    },
    'ok',
  ],
  ['no permission', { GetPolicyCommand: named('ResourceNotFoundException') }, 'warn'],
])('a function with %s', async (_, answers, state) => {
  const found = await checkSubscriber(answer(answers), openStack(), {
    protocol: 'lambda',
    endpoint: FUNCTION,
  });
  expect(found.state).toBe(state);
  expect(found.fix ?? '').toContain(state === 'ok' ? '' : `--source-arn ${TOPIC}`);
});

test('confirmations: who has not confirmed, and nothing before the first deployment', async () => {
  const look = (list: object) =>
    checkConfirmations(answer({ ListSubscriptionsByTopicCommand: list }), openStack());
  const subscription = { TopicArn: TOPIC, Protocol: 'email', Endpoint: 'desk@example.com' };
  const pending = { ...subscription, SubscriptionArn: 'PendingConfirmation' };
  expect(await look({ Subscriptions: [{ ...subscription, SubscriptionArn: `${TOPIC}:1` }] })).toMatchObject({
    state: 'ok',
  });
  expect(await look({ Subscriptions: [pending] })).toMatchObject({
    state: 'warn',
    what: expect.stringContaining('email to desk@example.com'),
    fix: expect.stringContaining(`--topic-arn ${TOPIC} --protocol email`),
  });
  expect(await look(named('NotFoundException'))).toEqual({ state: 'ok', what: 'no topic yet' });
});
