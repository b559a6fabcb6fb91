// Users and roles of a stack between two generations.
import { expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import { buildRecord } from './build-record.ts';
import { FIRST_GENERATION } from './check-lifecycle.ts';
import { setDeployed } from './deployments.ts';
import { NO_RECORD, type StackRecord } from './stack-record.ts';

const HEAD = 'project_name: acme-voice\nenvironments:\n  dev:\n    regions: [us-east-1]\n';

function generate(
  settings: string,
  previous: StackRecord = NO_RECORD,
): { record: StackRecord; found: string[] } {
  const text = HEAD + settings.replace(/^(?=.)/gm, '    ');
  const result = compileSpec('spec.yaml', Buffer.from(text), {
    ...FIRST_GENERATION,
    previous: setDeployed(previous, 'yes'),
  });
  const diagnostics = result.ok ? result.warnings : result.diagnostics;
  return {
    record: result.ok ? buildRecord(result.value) : NO_RECORD,
    found: diagnostics.map(
      ({ code, path, what }) => `${code} ${path.replace('environments.dev', '')}: ${what}`,
    ),
  };
}

const compare = (before: string, after: string): string[] => generate(after, generate(before).record).found;

const PAGER = 'https://events.example.com/sns/0123456789abcdef';
const DOMAIN =
  'domain: { name: a.example.com, certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/1" }';

test.each([
  [
    'an address and a tool less',
    `monitoring: { alarm_emails: [a@example.com, b@example.com], alarm_urls: ["${PAGER}"] }`,
    'monitoring: { alarm_emails: [a@example.com] }',
    [
      'ends the subscription of `email b@example.com` in us-east-1',
      'ends the subscription of `https https://events.example.com/…#',
    ],
  ],
  [
    'to the list',
    'monitoring: { alarm_email: a@example.com }',
    'monitoring: { alarm_emails: [a@example.com, b@example.com] }',
    ['moves `a@example.com` between `alarm_email` and `alarm_emails`'],
  ],
  [
    'out of the list',
    'monitoring: { alarm_email: a@example.com, alarm_emails: [b@example.com] }',
    'monitoring: { alarm_email: b@example.com }',
    ['ends the subscription of `email a@example.com`', 'moves `b@example.com`'],
  ],
  [
    'in both places, then in one',
    'monitoring: { alarm_email: a@example.com, alarm_emails: [a@example.com] }',
    'monitoring: { alarm_email: a@example.com }',
    [],
  ],
  [
    'accounts',
    'results: { reader_accounts: ["111122223333", "444455556666"], reader_external_id: acme, subscriber_accounts: ["111122223333"], organization_id: o-0123456789 }',
    'results: { reader_accounts: ["444455556666"], reader_external_id: acme-2 }',
    [
      'stops account 111122223333 from reading the table in us-east-1',
      'refuses readers that give the external id `acme` in us-east-1',
      'stops account 111122223333 from subscribing to the results topic in us-east-1; subscriptions that it has stay',
      'stops organization o-0123456789 from subscribing to the results topic in us-east-1; subscriptions that its',
    ],
  ],
  [
    'the same accounts under another path',
    'results: { reader_accounts: ["111122223333"] }',
    'function_prefix: other\niam: { role_path: /b/ }\nresults: { reader_accounts: ["111122223333"] }',
    ['another ARN in us-east-1: they must assume the new one', 'replaces the functions'],
  ],
  ['more of them', 'results: {}', 'results: { reader_accounts: ["111122223333"] }', []],
])('%s', (_, before, after, losses) => {
  const found = compare(before, after);
  expect(found.map((line) => line.slice(0, 'SONO604'.length))).toEqual(losses.map(() => 'SONO604'));
  for (const loss of losses) expect(found).toContainEqual(expect.stringContaining(loss));
});

test('the record holds no key of a paging tool', () => {
  const { record } = generate(`monitoring: { alarm_urls: ["${PAGER}"] }`);
  expect(JSON.stringify(record)).not.toContain('0123456789abcdef');
  expect(
    compare(`monitoring: { alarm_urls: ["${PAGER}"] }`, `monitoring: { alarm_urls: ["${PAGER}0"] }`),
  ).toHaveLength(1);
});

test.each([
  ['another path', 'iam: { role_path: /a/ }', 'iam: { role_path: /b/ }', ['SONO357 .iam.role_path']],
  ['the default again', 'iam: { role_path: /a/ }', 'protected: false', ['SONO357 ']],
  [
    'with new names',
    'protected: false',
    'function_prefix: other\niam: { role_path: /b/ }',
    ['SONO604 .function_prefix'],
  ],
  [
    'with new names and a logging role behind a domain',
    `api_gateway: { ${DOMAIN} }`,
    `function_prefix: other\niam: { role_path: /b/ }\napi_gateway: { ${DOMAIN} }`,
    ['SONO357 .iam.role_path', 'SONO604 .function_prefix'],
  ],
  [
    "the API's own address is closed",
    `api_gateway: { ${DOMAIN} }`,
    `api_gateway: { ${DOMAIN}, disable_execute_api_endpoint: true }`,
    ['SONO344 .api_gateway.disable_execute_api_endpoint'],
  ],
  [
    'together with a new API',
    'api_gateway: { enabled: false }',
    `api_gateway: { ${DOMAIN}, disable_execute_api_endpoint: true }`,
    [],
  ],
])('%s', (_, before, after, expected) => {
  const found = compare(before, after).map((line) => line.slice(0, line.indexOf(':')));
  expect(found.sort()).toEqual(expected);
});
