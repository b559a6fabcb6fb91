import { expect, test } from 'vitest';
import type { FileChange } from '../write/file-changes.ts';
import { describeEffects } from './describe-effects.ts';

function change(path: string, before: string | undefined, after: string | undefined): FileChange {
  const encode = (text: string | undefined) =>
    text === undefined ? undefined : new TextEncoder().encode(text);
  return { path, before: encode(before), after: encode(after) };
}

const describe = (...changes: FileChange[]) => describeEffects(changes, () => false);

const TOPIC = `resource "aws_sns_topic" "results" {
  name              = local.names.topic
  kms_master_key_id = null
}
`;

test('a resource that is new, gone, moved or changed, with the changed arguments', () => {
  expect(describe(change('m/a.tf', undefined, TOPIC))).toEqual([
    'Created by the next plan:',
    '  aws_sns_topic.results (m/a.tf): new',
    '',
  ]);
  expect(describe(change('m/a.tf', TOPIC, undefined))[0]).toBe('Destroyed by the next plan:');
  const moved = 'moved {\n  from = aws_sns_topic.results[0]\n  to   = aws_sns_topic.events\n}\n';
  const renamed = TOPIC.replace('"results"', '"events"');
  expect(describe(change('m/a.tf', TOPIC, renamed + moved))).toContain(
    'Moved in the state, without a change:',
  );
  const list = TOPIC.replace('null', 'var.key').replace('}', '  tags = [\n    "a",\n  ]\n}');
  expect(describe(change('m/a.tf', TOPIC, list))[1]).toBe(
    '  aws_sns_topic.results (m/a.tf): kms_master_key_id, tags',
  );
});

test('a block in another file of its module, comments, alignment and descriptions have no effect', () => {
  const other = `# Results.\n${TOPIC.replace('name              =', 'name =')}`;
  const variable = (text: string) => `variable "days" {\n  description = "${text}"\n  default     = 1\n}\n`;
  const lines = describe(
    change('m/a.tf', TOPIC, undefined),
    change('m/b.tf', undefined, other),
    change('m/v.tf', variable('a'), variable('b')),
  );
  expect(lines).toEqual([
    'Without effect on a plan:',
    ...['a', 'b', 'v'].map((name) => `  m/${name}.tf: layout, descriptions, checks`),
    '',
  ]);
  // Another module has other resources.
  expect(describe(change('m/a.tf', TOPIC, undefined), change('n/a.tf', undefined, TOPIC))).toContain(
    'Destroyed by the next plan:',
  );
});

test('values, outputs, policies, roles, the workflow and tests have groups of their own', () => {
  const policy = (action: string) =>
    `data "aws_iam_policy_document" "p" {\n  statement {\n    actions = ["${action}"]\n  }\n}\n`;
  const lines = describe(
    change('m/p.tf', policy('s3:GetObject'), policy('s3:PutObject')),
    change('m/o.tf', 'output "url" {\n  value = 1\n}\n', 'output "url" {\n  value = 2\n}\n'),
    change('dev.tfvars', 'a = 1\n', 'a = 2\n'),
    change('github-oidc/main.tf', TOPIC, undefined),
    change('../.github/sonotheia/main.mjs', 'a', 'b'),
    change('../.github/sonotheia/init.mjs', 'a', 'b'),
    change('tests/a.tftest.hcl', 'a', 'b'),
  );
  const texts = lines.filter((line) => line !== '').map((line) => line.replace(/:.*/, ''));
  expect(texts).toEqual([
    'Changed by the next plan where a value differs; replaced where AWS cannot change it',
    '  data.aws_iam_policy_document.p (m/p.tf)',
    'Values that resources use',
    '  dev.tfvars',
    'Outputs that the next plan shows',
    '  output url (m/o.tf)',
    'Roles of the workflow',
    '  github-oidc/main.tf',
    'The workflow',
    '  ../.github/sonotheia/',
    'Without effect on a plan',
    '  tests/',
  ]);
});

test('of an output counts what a plan shows: not its checks, and not a new one of the inner module', () => {
  const checked = (least: number) =>
    `output "checked" {\n  value = true\n\n  precondition {\n    condition     = var.a > ${least}\n    error_message = "b"\n  }\n}\n`;
  const path = 'modules/sonotheia/checks.tf';
  const layout = ['Without effect on a plan:', `  ${path}: layout, descriptions, checks`, ''];
  expect(describe(change(path, checked(1), checked(2)))).toEqual(layout);
  expect(describe(change(path, undefined, checked(1)))).toEqual(layout);
  expect(describe(change('outputs.tf', undefined, checked(1)))).toEqual([
    'Outputs that the next plan shows:',
    '  output checked (outputs.tf): new',
    '',
  ]);
});

test('a zip that is not built here is no change, unless the last generation had other code', () => {
  const zip = change('lambda/webhook_handler.zip', undefined, 'PK');
  expect(describeEffects([zip], () => true)).toEqual([]);
  expect(describe(zip)[1]).toBe('  lambda/webhook_handler.zip: the code of the function');
});
