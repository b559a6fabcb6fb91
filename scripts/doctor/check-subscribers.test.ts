// What the doctor says about the subscribers of the results topic; AWS's answers are given.
import { NotFoundException } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import { checkSubscriber } from './check-subscribers.ts';

const ACCOUNT = '111111111111';
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:acme-results-dev`;
const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:cases`;
const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:router`;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`;

type Answers = Readonly<Record<string, object>>;

function openStack(region = 'us-east-1'): Stack {
  const text = `project_name: acme\nenvironments: { dev: { regions: [${region}] } }\n`;
  const spec = compileSpec('sonotheia.config.yaml', Buffer.from(text));
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

function policy(...statements: object[]): string {
  const base = { Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Resource: '*' };
  return JSON.stringify({ Statement: statements.map((each) => ({ ...base, ...each })) });
}

const SOURCE = { ArnEquals: { 'aws:SourceArn': TOPIC } };
const SEND = { Action: 'sqs:SendMessage', Condition: SOURCE };
const queue = (Policy: string | undefined, KmsMasterKeyId?: string): Answers => ({
  GetQueueUrlCommand: { QueueUrl: 'https://queue' },
  GetQueueAttributesCommand: { Attributes: { Policy, KmsMasterKeyId } },
});
const key = (Policy: string, more: object = {}): Answers => ({
  ...queue(policy(SEND), KEY),
  DescribeKeyCommand: {
    KeyMetadata: { Arn: KEY, KeyManager: 'CUSTOMER', KeyState: 'Enabled', AWSAccountId: ACCOUNT, ...more },
  },
  GetKeyPolicyCommand: { Policy },
});
const USE_KEY = { Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] };
const DENY = { Effect: 'Deny', Principal: '*', Action: 'sqs:*' };

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
  ['a denial for all beside it', queue(policy(SEND, DENY)), 'warn', /does not let/],
  [
    'a denial for all but an organization',
    queue(policy(SEND, { ...DENY, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } } })),
    'warn',
    /does not let/,
  ],
  [
    'denials that do not concern SNS',
    queue(
      policy(
        SEND,
        { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        { ...DENY, Action: undefined, NotAction: 'sqs:Send*' },
        { ...DENY, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } },
        {
          ...DENY,
          Condition: {
            StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' },
            BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
          },
        },
      ),
    ),
    'ok',
    /lets/,
  ],
  ["another queue's statement", queue(policy({ ...SEND, Resource: `${QUEUE}-2` })), 'warn', /does not let/],
  [
    'a wildcard that is none',
    queue(policy({ ...SEND, Condition: { StringEquals: { 'aws:SourceArn': 'arn:aws:sns:*' } } })),
    'warn',
    /does not let/,
  ],
  ["AWS's own key", key('{}', { KeyManager: 'AWS' }), 'warn', /may not use: no result arrives/],
  ['a key for SNS', key(policy(USE_KEY)), 'ok', /lets the topic send/],
  [
    'a key that SNS may only decrypt with',
    key(policy({ Action: 'kms:Decrypt' })),
    'warn',
    /Amazon SNS may not use arn:aws:kms/,
  ],
  [
    'a disabled key',
    key(policy(USE_KEY), { KeyState: 'Disabled' }),
    'warn',
    /which is Disabled: no result arrives/,
  ],
  [
    'a key that does not exist',
    { ...key('{}'), DescribeKeyCommand: new NotFoundException({ message: 'no', $metadata: {} }) },
    'warn',
    /which does not exist: no result arrives/,
  ],
  [
    "another account's key",
    { ...key('{}', { AWSAccountId: '222222222222' }), GetKeyPolicyCommand: named('AccessDeniedException') },
    'warn',
    /of account 222222222222, whose policy cannot be checked from here/,
  ],
  [
    'a key that may not be described',
    { ...key('{}'), DescribeKeyCommand: named('AccessDeniedException') },
    'warn',
    /was not checked/,
  ],
  [
    'no queue',
    { GetQueueUrlCommand: named('QueueDoesNotExist') },
    'warn',
    /there is no queue .*, or these credentials may not see it/,
  ],
  ['no permission to look', { GetQueueUrlCommand: named('AccessDenied') }, 'warn', /was not checked/],
])('a queue with %s', async (_, answers, state, what) => {
  const found = await checkSubscriber(answer(answers), openStack(), { protocol: 'sqs', endpoint: QUEUE });
  expect(found).toMatchObject({ state, what: expect.stringMatching(what) });
});

/** Topic, endpoint and Amazon SNS's name in the policy; opt-in regions are those after 2019-03-20. */
const ACROSS = [
  ['us-east-1', 'us-east-1', 'sns.amazonaws.com'],
  ['us-east-1', 'eu-north-1', 'sns.amazonaws.com'],
  ['ap-east-1', 'ap-east-1', 'sns.amazonaws.com'],
  ['ap-east-1', 'us-east-1', 'sns.ap-east-1.amazonaws.com'],
  ['us-east-1', 'ap-east-1', 'sns.ap-east-1.amazonaws.com'],
  ['ap-east-1', 'eu-south-2', 'sns.eu-south-2.amazonaws.com'],
] as const;

test.each(ACROSS)('%s to %s: what it prints satisfies it', async (topicRegion, region, principal) => {
  const endpoint = QUEUE.replace('us-east-1', region);
  const look = (answers: Answers) =>
    checkSubscriber(answer(answers), openStack(topicRegion), { protocol: 'sqs', endpoint });
  const paste = (fix = ''): string => {
    expect(fix).toContain(`"Service":"${principal}"`);
    return JSON.stringify({ Statement: [JSON.parse(fix.slice(fix.indexOf('{')))] });
  };
  const statement = paste((await look(queue(undefined))).fix);
  expect((await look(queue(statement))).state).toBe('ok');
  const allowed = queue(statement, KEY);
  const { fix } = await look({ ...key('{}'), ...allowed });
  expect((await look({ ...key(paste(fix)), ...allowed })).state).toBe('ok');
});

test.each<[string, Answers, 'ok' | 'warn']>([
  [
    'a permission',
    {
      GetPolicyCommand: {
        Policy: policy({
          Resource: FUNCTION,
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

test.each([
  ['us-east-1', ':live', `'${FUNCTION}:live'`],
  // Lambda takes no policy for $LATEST.
  ['us-east-1', ':$LATEST', `'${FUNCTION}'`],
  ['ap-east-1', '', `'${FUNCTION}'`],
])('the command for a function, from %s, with the qualifier "%s"', async (region, qualifier, name) => {
  const answers = answer({ GetPolicyCommand: named('ResourceNotFoundException') });
  const endpoint = `${FUNCTION}${qualifier}`;
  const { fix } = await checkSubscriber(answers, openStack(region), { protocol: 'lambda', endpoint });
  const sns = region === 'us-east-1' ? 'sns' : `sns.${region}`;
  expect(fix).toBe(
    `aws lambda add-permission --region us-east-1 --function-name ${name} --statement-id acme-results-dev-${region} --action lambda:InvokeFunction --principal ${sns}.amazonaws.com --source-arn ${TOPIC.replace('us-east-1', region)}`,
  );
});
