// Other tools' names for our settings.
import { expect, test } from 'vitest';
import { explainKey } from '../explain/explain-key.ts';
import { loadSpec } from './load.ts';
import { listSchemaKeys } from './schema-keys.ts';
import { SYNONYMS } from './synonyms.ts';
import { validateSpec } from './validate.ts';

const ENVIRONMENTS = 'project_name: abc\nenvironments: {dev: {regions: [us-east-1]}}\n';

const subscribe = (key: string): string =>
  `defaults: {subscriptions: [{name: desk, protocol: email, endpoint: fraud@example.com, ${key}}]}`;

function hintsOf(text: string): string[] {
  const result = loadSpec('spec.yaml', new TextEncoder().encode(text));
  if (!result.ok) throw new Error(JSON.stringify(result));
  return validateSpec(result.value).map(({ diagnostic }) => diagnostic.fix ?? '');
}

test('every setting of the table exists, and no word is a key at its place', () => {
  const names = listSchemaKeys().map(({ path }) =>
    path
      .join('.')
      .replace(/^defaults\./, '')
      .replaceAll('.[]', '[]'),
  );
  for (const { under, words, settings = [], advice } of SYNONYMS) {
    expect(names, words.join()).toEqual(expect.arrayContaining([...settings]));
    expect(settings.length > 0 || advice !== undefined, words.join()).toBe(true);
    if (under === undefined) continue;
    const below = names.map((name) => name.split(/[.[\]]+/)).filter((name) => name.at(-2) === under);
    expect(below.length > 0 || under === 'top', under).toBe(true);
    for (const word of words)
      expect(
        below.map((name) => name.at(-1)),
        under,
      ).not.toContain(word);
  }
});

test.each([
  ['defaults: {s3: {retention_days: 7}}', 'use `expiration_days`'],
  ['defaults: {s3: {retention: 7}}', 'use `expiration_days`'],
  ['defaults: {lambda: {memorySize: 1024}}', 'did you mean `memory_size`?'],
  ['defaults: {lambda: {environment_variables: {AB: c}}}', 'use `environment`'],
  ['defaults: {lambda: {vpc: {}}}', 'use `defaults.vpc`'],
  ['defaults: {logs: {level: INFO}}', 'use `defaults.lambda.log_level`'],
  ['service: voice', "a serverless.yml is another tool's file"],
  ['Resources: {}', "a CloudFormation or SAM template is another tool's file"],
  ['region: us-east-1', 'use `environments.<name>.regions`'],
  ['defaults: {monitoring: {pagerduty: x}}', 'use `alarm_urls`'],
  ['defaults: {monitoring: {urls: [x]}}', 'use `alarm_urls`'],
  ['defaults: {monitoring: {recipients: [x]}}', 'use `alarm_emails`'],
  [
    'defaults: {slack: x}',
    'for alarms use `defaults.monitoring.alarm_urls`, for results `defaults.subscriptions`',
  ],
  ['defaults: {api_gateway: {domain_name: x}}', 'use `domain.name`'],
  ['defaults: {api_gateway: {certificate_arn: x}}', 'use `domain.certificate_arn`'],
  ['defaults: {api_gateway: {domain: {domain_name: x}}}', 'use `name`'],
  ['defaults: {api_gateway: {domain: {certificate: x}}}', 'use `certificate_arn`'],
  ['defaults: {domain: x}', 'use `defaults.api_gateway.domain.name`'],
  [subscribe('dlq: x'), 'use `dead_letter`'],
  [subscribe('redrive_policy: x'), 'use `dead_letter`'],
  [subscribe('retries: 3'), 'use `retry_count`'],
  [subscribe('filter_policy: x'), 'use `event_types` or `risk` or `verdict` or `minimum_score`'],
])('%s', (text, fix) => {
  expect(hintsOf(ENVIRONMENTS + text)).toEqual([expect.stringContaining(fix)]);
});

// Each hint can be pasted: values of a wrong type in the form that the schema takes.
test.each([
  [
    'monitoring: {alarm_email: [a@example.com, b@example.com]}',
    'several belong into the list `alarm_emails`',
  ],
  [
    'monitoring: {alarm_email: "a@example.com, b@example.com"}',
    'several belong into the list `alarm_emails`',
  ],
  ['monitoring: {alarm_emails: "a@example.com, b@example.com"}', '`[a@example.com, b@example.com]`'],
  ['results: {reader_accounts: "210987654321"}', 'write it as a list: `["210987654321"]`'],
  ['results: {reader_accounts: 210987654321}', 'write it as a list: `["210987654321"]`'],
  ['results: {organization_id: [o-a1b2c3d4e5]}', 'write the value without brackets: `o-a1b2c3d4e5`'],
  [
    'api_gateway: {domain: hooks.example.com}',
    'write a mapping: `{ name: hooks.example.com }`; its keys: name, cert',
  ],
  ['monitoring: true', 'write a mapping: `{ enabled: true }`'],
  ['subscriptions: ', 'for none write `[]`'],
  ['subscriptions: {desk: {protocol: email}}', 'begins with a dash: `- name: desk`'],
  ['subscriptions: {name: desk, protocol: email}', 'begins with a dash: `- name: desk`'],
  ['subscriptions: fraud@example.com', 'each begins with a dash: `- name: …`'],
  ['vpc: {subnet_ids: {subnet-0123456789abcdef0: x}}', '`[subnet-0123456789abcdef0]`'],
  ['dynamodb: {stream: {enabled: true}}', 'write `true`, without quotes'],
  ['dynamodb: {stream: NEW_IMAGE}', 'write `true` or `false`'],
  ['lambda: [{timeout: 30}]', 'write its keys without dashes and brackets'],
])('a value of a wrong type: %s', (text, fix) => {
  expect(hintsOf(`${ENVIRONMENTS}defaults: {${text}}`)).toEqual([expect.stringContaining(fix)]);
});

test.each([
  ['build: {runtime: 24}', 'did you mean `nodejs24.x`?'],
  ['build: {runtime: }', 'write a value after the colon, or remove the key'],
  ['defaults: {lambda: {memory_size: }}', 'write a value after the colon, or remove the key'],
  ['defaults: {logs: {retention_days: }}', 'write a value after the colon, or remove the key'],
  [subscribe('verdict: [true]'), ''],
])('a wrong type where only some values are allowed is one problem: %s', (text, fix) => {
  expect(hintsOf(ENVIRONMENTS + text)).toEqual([expect.stringContaining(fix)]);
});

test.each([
  ['${AWS_REGION}', 'write the value itself'],
  ['eu-frankfurt', '`eu-central-1`'],
  ['frankfurt', '`eu-central-1`'],
  ['us-east', '`us-east-1`'],
  ['virginia', '`us-east-1`'],
  ['us-esat-1', '`us-east-1`'],
])('the region %s', (region, fix) => {
  const text = `project_name: abc\nenvironments: {dev: {regions: ["${region}"]}}\n`;
  expect(hintsOf(text)).toEqual([expect.stringContaining(fix)]);
});

test('environments as a list', () => {
  const [fix] = hintsOf('project_name: abc\nenvironments:\n  - name: test\n    regions: [us-east-1]\n');
  expect(fix).toContain('write each name as a key, without a dash: `test:`');
});

test.each([
  ['alarms', 'monitoring'],
  ['email', 'monitoring.alarm_email'],
  ['network', 'vpc.subnet_ids'],
  ['retention', 's3.expiration_days'],
  ['timeuot', 'lambda.timeout'],
])('explain %s', (word, setting) => {
  expect(explainKey(word)).toMatchObject({ candidates: expect.arrayContaining([setting]) });
});
