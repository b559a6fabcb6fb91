// Judges every statement of every policy document of the golden trees by AWS's service authorization reference: actions,
// resource forms, condition keys. Trees with the same policy documents are evaluated once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validCases } from '../test/support/golden-cases.ts';
import { type JudgedStatement, judgeStatement } from '../test/support/permissions/authorization-data.ts';
import { listDistinctRoots, listDocumentTexts, listRoots } from '../test/support/permissions/golden-roots.ts';
import { evaluateDocuments, type PolicyDocument } from '../test/support/permissions/policy-documents.ts';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';

type Statement = JudgedStatement & { readonly Sid?: string };

/** By document and Sid. One list of actions may serve several environments, so their resources are joined. */
function joinStatements(documents: readonly PolicyDocument[]): Map<string, Statement> {
  const joined = new Map<string, Statement>();
  for (const { root, name, json } of documents)
    for (const statement of (JSON.parse(json) as { Statement: Statement[] }).Statement) {
      const title = `${root}: ${name} ${statement.Sid ?? ''}`;
      const known = joined.get(title);
      const resources = [known?.Resource ?? [], statement.Resource ?? []].flat();
      joined.set(title, resources.length === 0 ? statement : { ...statement, Resource: resources });
    }
  return joined;
}

describeWithTools('the policies of all golden trees', [TERRAFORM, AWS_PROVIDER], () => {
  const roots = listDistinctRoots();
  let folder: string;
  let statements: Map<string, Statement>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'policies-'));
    statements = joinStatements(await evaluateDocuments(roots, folder));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('have actions that exist, on resources that they take, under conditions that they have', async () => {
    expect(statements.size).toBeGreaterThan(300);
    const problems = await Promise.all(
      [...statements].map(async ([title, statement]) =>
        (await judgeStatement(statement)).map((problem) => `${title}: ${problem}`),
      ),
    );
    expect(problems.flat()).toEqual([]);
  });

  test('have no statement that no evaluated tree has', () => {
    const evaluated = new Set([...statements.keys()].map((title) => title.replace(/^.*?: /, '')));
    const written = validCases
      .flatMap(listRoots)
      .flatMap(listDocumentTexts)
      .flatMap(({ name, text }) =>
        [...text.matchAll(/ sid += "(\w+)|\? \[\] : \["(\w+)"\]/g)].map(
          ([, sid, key]) => `${name} ${sid ?? key}`,
        ),
      );
    const isEvaluated = (title: string): boolean =>
      evaluated.has(title) || [...evaluated].some((known) => known.replace(/\d+$/, '') === title);
    expect([...new Set(written)].filter((title) => !isEvaluated(title))).toEqual([]);
  });

  test('are all policy documents: no policy is written in another form', () => {
    const others = roots.flatMap(({ name, files }) =>
      [...files].flatMap(([path, hcl]) =>
        [...hcl.matchAll(/^ *(?:assume_role_)?policy(?:_document)? +=\s*(.*)$/gm)]
          .filter(([, value = '']) => !/^(?:data\.aws_iam_policy_document\.|boundary\.)/.test(value))
          .map(([line]) => `${name}, ${path}: ${line}`),
      ),
    );
    expect(others).toEqual([]);
  });
});

describe('the judge', () => {
  const READ = {
    Action: 'dynamodb:GetItem',
    Resource: 'arn:aws:dynamodb:eu-west-1:111111111111:table/calls',
  };

  test.each<[string, Statement, string[]]>([
    ['nothing wrong', READ, []],
    ['a misspelt action', { ...READ, Action: 'dynamodb:GetItems' }, ['dynamodb:GetItems is no action']],
    [
      'a wildcard that matches nothing',
      { ...READ, Action: 'dynamodb:Fetch*' },
      ['dynamodb:Fetch* is no action'],
    ],
    ['an unknown service', { ...READ, Action: 'dynamo:GetItem' }, ['dynamo:GetItem is no action']],
    [
      'the resource of another service',
      { ...READ, Resource: 'arn:aws:s3:::calls' },
      ['dynamodb:GetItem takes none of arn:aws:s3:::calls', 'no action takes arn:aws:s3:::calls'],
    ],
    [
      'an index, which only queries take',
      { ...READ, Resource: [READ.Resource, `${READ.Resource}/index/*`] },
      [`no action takes ${READ.Resource}/index/*`],
    ],
    [
      'a resource for an action that takes none',
      { Action: ['s3:ListAllMyBuckets', 's3:ListBucket'], Resource: 'arn:aws:s3:::calls' },
      ['s3:ListAllMyBuckets takes none of arn:aws:s3:::calls'],
    ],
    [
      'a bucket for an action on objects',
      { Action: ['s3:GetObject', 's3:ListBucket'], Resource: 'arn:aws:s3:::calls' },
      ['s3:GetObject takes none of arn:aws:s3:::calls'],
    ],
    [
      'a log group without `:*`',
      {
        Action: ['logs:PutRetentionPolicy', 'logs:TagResource'],
        Resource: 'arn:aws:logs:us-east-1:111111111111:log-group:/a/b',
      },
      ['logs:PutRetentionPolicy takes none of arn:aws:logs:us-east-1:111111111111:log-group:/a/b'],
    ],
    [
      "another service's condition key",
      { ...READ, Condition: { StringEquals: { 'kms:ViaService': 'lambda.us-east-1.amazonaws.com' } } },
      ['dynamodb:GetItem never has the condition key kms:ViaService'],
    ],
    [
      'tags of a request that sends none',
      { ...READ, Condition: { StringEquals: { 'aws:RequestTag/Project': 'calls' } } },
      ['dynamodb:GetItem never has the condition key aws:RequestTag/Project'],
    ],
    [
      'a misspelt global key',
      { ...READ, Condition: { Bool: { 'aws:SecureTransports': 'true' } } },
      ['dynamodb:GetItem never has the condition key aws:SecureTransports'],
    ],
    [
      'a wildcard whose actions lack the key',
      {
        Action: 'kms:Decrypt*',
        Resource: '*',
        Condition: { StringEquals: { 'kms:GrantOperations': 'Encrypt' } },
      },
      ['kms:Decrypt never has the condition key kms:GrantOperations'],
    ],
  ])('finds %s', async (_, statement, problems) => {
    expect(await judgeStatement(statement)).toEqual(problems);
  });
});
