// Files of other tools in the place of the spec.
import { expect, test } from 'vitest';
import { recognizeForeignFile } from './foreign-files.ts';
import { loadSpec } from './load.ts';

const FILES: readonly (readonly [string, string])[] = [
  [
    'serverless.yml',
    'service: voice\nprovider:\n  name: aws\n  region: eu-central-1\n  stage: prod\nfunctions: {}\n',
  ],
  ['AWS SAM', 'Transform: AWS::Serverless-2016-10-31\nResources:\n  A:\n    Type: !Sub x\n'],
  ['CloudFormation', '{\n  "AWSTemplateFormatVersion": "2010-09-09",\n  "Resources": {}\n}\n'],
  ['Terraform (HCL)', 'provider "aws" {\n  region = "eu-central-1"\n}\n'],
  ['Terragrunt', 'include "root" {\n  path = find_in_parent_folders()\n}\n'],
  ['Terraform values', 'region = "eu-central-1"\nname = "voice"\n'],
  ['Atmos', 'import:\n  - catalog/x\ncomponents:\n  terraform: {}\n'],
  ['cdk.json', '{\n  "app": "npx tsx bin/app.ts"\n}\n'],
  ['SST', 'export default $config({\n  app: () => ({ name: "x" }),\n});\n'],
  ['Kubernetes', 'apiVersion: v1\nkind: ConfigMap\n'],
  ['Docker Compose', 'services:\n  web: {}\n'],
  ['GitHub Actions', 'on: push\njobs: {}\n'],
  ['Pulumi', 'name: voice\nruntime: nodejs\n'],
  ['package.json', '{\n  "name": "voice",\n  "scripts": {}\n}\n'],
  ['.env', 'AWS_REGION=eu-central-1\n'],
];

test.each(FILES)('%s', (tool, text) => {
  const result = loadSpec('spec.yaml', new TextEncoder().encode(text));
  expect(result).toMatchObject({
    ok: false,
    diagnostics: [
      {
        code: 'SONO107',
        what: expect.stringContaining(tool),
        fix: expect.stringContaining('npx sonotheia init'),
      },
    ],
  });
});

test('the name, the stage and the region become options of init', () => {
  expect(recognizeForeignFile(FILES[0]?.[1] ?? '')?.options).toBe(
    ' --project-name voice --environment prod=eu-central-1',
  );
});

test.each([
  'project_name: voice\nprovider: {}\nfunctions: {}\n',
  '{ "environments": {}, "app": "x" }',
  'project-name: voice\nstages: {}\n',
  '# region = x\nname: voice\n',
  'a = 1\nb: 2\n',
  '{ project_name: voice, environments: { dev: { regions: [us-east-1], tags: {\nResources: x } } } }',
])('is a spec, though a wrong one: %j', (text) => {
  expect(recognizeForeignFile(text)).toBeUndefined();
});
