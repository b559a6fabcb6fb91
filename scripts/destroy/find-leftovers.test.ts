// Which resources of an account are found by the names of an environment; AWS's answers are given.
import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { compileSpec } from '../../generator/compile-spec.ts';
import { nameAlarms } from '../../generator/spec/naming.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import { findLeftovers } from './find-leftovers.ts';

const ACCOUNT = '111111111111';
const ARN = `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/1`;
const SPEC = `project_name: acme
environments:
  dev:
    regions: [us-east-1]
    api_gateway: { domain: { name: hooks.example.com, certificate_arn: "${ARN}" } }
`;

function openStack(): Stack {
  const spec = compileSpec('sonotheia.config.yaml', Buffer.from(SPEC));
  if (!spec.ok) throw new Error(JSON.stringify(spec.diagnostics));
  const [environment] = spec.value.environments;
  const caller = { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/someone`, partition: 'aws' };
  const [stack] = environment === undefined ? [] : selectStacks(environment, [], caller);
  if (stack === undefined) throw new Error('the spec has no stack');
  return stack;
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: { readonly AlarmNames?: readonly string[]; readonly AlarmNamePrefix?: string };
}

/** An account with these alarms and the domain. DescribeAlarms answers with 50 at most. */
function account(alarms: readonly string[]): AwsAccess {
  const send = async ({ constructor: { name }, input }: Command): Promise<object> => {
    if (name === 'DescribeAlarmsCommand') {
      const { AlarmNames, AlarmNamePrefix = '' } = input;
      const found = alarms.filter(
        (alarm) => AlarmNames?.includes(alarm) ?? alarm.startsWith(AlarmNamePrefix),
      );
      return { MetricAlarms: found.slice(0, 50).map((AlarmName) => ({ AlarmName })) };
    }
    if (/^(GetDomainName|DescribeLogGroups|GetRestApis)Command$/.test(name)) return {};
    throw new ResourceNotFoundException({ message: name, $metadata: {} });
  };
  const findCaller = async () => ({ accountId: ACCOUNT, partition: 'aws' });
  // The SDK's paginators ask for an instance of the class.
  const client = (Client: { readonly prototype: object }) =>
    Object.assign(Object.create(Client.prototype), { send });
  return { client, findCaller } as unknown as AwsAccess;
}

test('all alarms and the domain are found, whatever other environments have', async () => {
  const stack = openStack();
  const own = nameAlarms(stack.names);
  const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].flatMap((name) =>
    nameAlarms({ ...stack.names, alarmPrefix: `acme-dev-${name}` }),
  );
  const leftovers = await findLeftovers(account([...others, ...own]), [stack], []);
  expect(leftovers.map(({ what }) => what)).toEqual([
    'custom domain hooks.example.com in us-east-1',
    ...own.map((name) => `alarm ${name} in us-east-1`),
  ]);
});
