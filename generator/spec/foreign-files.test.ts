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
  ['cdk.json', '{"$schema":"x","app":"npx tsx bin/app.ts"}'],
  ['package.json', '{"name":"voice","scripts":{}}'],
  ['CloudFormation', '{"Resources":{}}'],
  ['a state of Terraform', '{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "lineage": "x"\n}\n'],
  ['samconfig.toml', 'version = 0.1\n[default.deploy.parameters]\nstack_name = "voice"\n'],
  ['AWS profiles', '[profile dev]\nregion = eu-central-1\nsso_session = acme\n'],
  ['TOML', 'main = "x"\n[build]\ncommand = "y"\n'],
  ['GitLab', 'stages: [build]\nbuild:\n  script: [npm ci]\n'],
  ['CodeBuild', 'version: 0.2\nphases: {}\n'],
  ['OpenAPI', 'openapi: 3.1.0\npaths: {}\n'],
  ['Ansible', '- hosts: all\n  tasks: []\n'],
  ['Dockerfile', 'FROM node:22\nRUN npm ci\n'],
  ['a script', '#!/bin/sh\necho\n'],
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
