// What the doctor says about the subscriptions of the stack's topics; AWS's answers are given.
import { SNSServiceException } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import { checkSubscriptions } from './check-subscriptions.ts';
import { type Finding, formatFinding, warnIfDenied } from './finding.ts';

const ACCOUNT = '111111111111';
const RESULTS = `arn:aws:sns:us-east-1:${ACCOUNT}:acme-results-dev`;
const ALARMS = `arn:aws:sns:us-east-1:${ACCOUNT}:acme-alarms-dev`;
const CALLER = { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/someone`, partition: 'aws' };
const URL = 'https://results.example.com/?a=1&b=$2';
const PAGER_URL = 'https://pager.example.com/key';
/** Of a subscription that is not in the spec. */
const MASKED_URL = 'https://user:****@example.com/';
const SPEC = `project_name: acme
environments:
  dev:
    regions: [us-east-1]
    monitoring: { alarm_email: oncall@example.com, alarm_urls: ['${PAGER_URL}'] }
    subscriptions: [{ name: partner, protocol: https, endpoint: '${URL}' }]
`;

function openStack(): Stack {
  const spec = compileSpec('sonotheia.config.yaml', Buffer.from(SPEC));
  if (!spec.ok) throw new Error(JSON.stringify(spec.diagnostics));
  const [environment] = spec.value.environments;
  const [stack] = environment === undefined ? [] : selectStacks(environment, [], CALLER);
  if (stack === undefined) throw new Error('the spec has no stack');
  return stack;
}

const refuse = (name: string, message = name): Error =>
  new SNSServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode: 403 } });

type Listed = readonly [protocol: string, endpoint: string, state?: 'pending'];

/** A topic without a list does not exist. */
async function look(topics: Readonly<Record<string, readonly Listed[] | Error>>): Promise<Finding> {
  const send = async ({ input: { TopicArn } }: { readonly input: { readonly TopicArn: string } }) => {
    const listed = topics[TopicArn] ?? refuse('NotFoundException');
    if (listed instanceof Error) throw listed;
    const Subscriptions = listed.map(([Protocol, Endpoint, state]) => ({
      TopicArn,
      Protocol,
      Endpoint,
      SubscriptionArn: state === 'pending' ? 'PendingConfirmation' : `${TopicArn}:1`,
    }));
    return { Subscriptions };
  };
  const aws = { client: () => ({ send }), findCaller: async () => CALLER } as unknown as AwsAccess;
  return await warnIfDenied(() => checkSubscriptions(aws, openStack()));
}

const EMAIL = ['email', 'oncall@example.com'] as const;
const PAGER = ['https', PAGER_URL] as const;

test('all of the spec are subscribed, or there is no topic', async () => {
  const what = '3 subscriptions, none waits for a confirmation';
  expect(await look({ [RESULTS]: [['https', URL]], [ALARMS]: [EMAIL, PAGER] })).toEqual({
    state: 'ok',
    what,
  });
  expect(await look({})).toEqual({ state: 'ok', what: 'no topic yet' });
});

test('a subscription that AWS deleted unconfirmed is missing', async () => {
  expect(await look({ [RESULTS]: [], [ALARMS]: [PAGER] })).toEqual({
    state: 'warn',
    what: `in the spec, but not subscribed (AWS deletes an unconfirmed subscription after 48 hours): https ${URL}, email oncall@example.com`,
    fix: 'npx sonotheia deploy --env dev, then confirm within 48 hours',
  });
  expect((await look({ [ALARMS]: [EMAIL] })).what).toMatch(
    /48 hours\): https https:\/\/pager.example.com\/key$/,
  );
});

test('each pending one gets a command', async () => {
  const found = await look({
    [RESULTS]: [['https', URL, 'pending']],
    [ALARMS]: [EMAIL, PAGER, ['https', MASKED_URL, 'pending']],
  });
  const subscribe = (topic: string, endpoint: string) =>
    `           aws sns subscribe --region us-east-1 --topic-arn ${topic} --protocol https --notification-endpoint '${endpoint}'`;
  expect(formatFinding(found)).toEqual([
    `warn  not confirmed, so nothing arrives: https to ${URL}, https to ${MASKED_URL}`,
    '      fix: open the link that AWS sent; for a new one (with the password for ****):',
    subscribe(RESULTS, URL),
    subscribe(ALARMS, MASKED_URL),
  ]);
});

test('a missing permission to list does not stop a deployment', async () => {
  const denied = refuse('AuthorizationErrorException', 'User: someone is not authorized');
  expect(await look({ [RESULTS]: denied })).toMatchObject({
    state: 'warn',
    what: 'not checked: User: someone is not authorized',
  });
});
