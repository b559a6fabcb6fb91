// Other tools' names for our settings.
import { expect, test } from 'vitest';
import { explainKey } from '../explain/explain-key.ts';
import { isObject } from './json.ts';
import { loadSpec } from './load.ts';
import { dereference } from './schema.ts';
import { listSchemaKeys } from './schema-keys.ts';
import { SYNONYMS } from './synonyms.ts';
import { validateSpec } from './validate.ts';

const ENVIRONMENTS = 'project_name: abc\nenvironments: {dev: {regions: [us-east-1]}}\n';

function hintsOf(text: string): string[] {
  const result = loadSpec('spec.yaml', new TextEncoder().encode(text));
  if (!result.ok) throw new Error(JSON.stringify(result));
  return validateSpec(result.value).map(({ diagnostic }) => diagnostic.fix ?? '');
}

test('every setting of the table exists, and no word is a key at its place', () => {
  const names = listSchemaKeys().map(({ path }) => path.join('.').replace(/^defaults\./, ''));
  for (const { under, words, settings = [], advice } of SYNONYMS) {
    expect(names, words.join()).toEqual(expect.arrayContaining([...settings]));
    expect(settings.length > 0 || advice !== undefined, words.join()).toBe(true);
    const group = dereference({ $ref: `#/definitions/${under}` }).properties;
    for (const word of words) expect(Object.keys(isObject(group) ? group : {}), under).not.toContain(word);
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
])('%s', (text, fix) => {
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
