// The generated roles against the resources of each golden tree: every type is covered, and no permission is for a part
// that the tree lacks. Reads the HCL; other tests check the policies with AWS's rules.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SPEC, TESTDATA, validCases } from '../test/support/golden-cases.ts';
import {
  ARGUMENT_PERMISSIONS,
  type Permissions,
  RESOURCE_PERMISSIONS,
} from '../test/support/permissions/needed-permissions.ts';
import {
  readSpecWithRoles,
  renderWithRoles,
  type TreeWithRoles,
} from '../test/support/permissions/role-actions.ts';
import { evaluateRoles, type Policies, type Statement } from '../test/support/permissions/role-policies.ts';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';

const specs = validCases.map((name) => [name, readSpecWithRoles(join(TESTDATA, name, SPEC))] as const);

function listNeeds({ text }: TreeWithRoles): Permissions[] {
  const types = [...text.matchAll(/^(resource|data) "(aws_\w+)"/gm)].map(
    ([, kind = '', type = '']) => `${kind === 'data' ? 'data.' : ''}${type}`,
  );
  const unknown = types.filter((type) => !Object.hasOwn(RESOURCE_PERMISSIONS, type));
  expect(unknown, 'say in needed-permissions.ts what these types take').toEqual([]);
  return [
    ...types.flatMap((type) => RESOURCE_PERMISSIONS[type] ?? []),
    ...ARGUMENT_PERMISSIONS.filter(({ argument }) => argument.test(text)),
  ];
}

/** Of every environment; where the backend is local, the roles' user keeps the state in S3 by other means. */
const STATE_READS = ['s3:GetObject', 's3:ListBucket'];
const STATE_WRITES = ['s3:DeleteObject', 's3:PutObject'];

const without = (actions: readonly string[], known: readonly string[]): string[] => [
  ...new Set(actions.filter((action) => !known.includes(action)).sort()),
];

describe('the roles', () => {
  test.each(specs)("%s: plan and deploy the tree's resources, and no others", (_, spec) => {
    const tree = renderWithRoles(spec);
    const needs = listNeeds(tree);
    const reads = [...STATE_READS, ...needs.flatMap(({ read = [] }) => read)];
    const writes = [...STATE_WRITES, ...needs.flatMap(({ write = [] }) => write)];
    expect(without(reads, tree.planned), 'the plan role lacks').toEqual([]);
    expect(without([...reads, ...writes], tree.deployed), 'the deploy role lacks').toEqual([]);
    expect(without(tree.planned, reads), 'the plan role needs no').toEqual([]);
    expect(without(tree.deployed, [...reads, ...writes]), 'the deploy role needs no').toEqual([]);
  });

  test('every permission is needed by some tree', () => {
    const trees = specs.map(([, spec]) => renderWithRoles(spec).text).join('\n');
    const unused = Object.keys(RESOURCE_PERMISSIONS).filter((type) => {
      const [kind, name] = type.startsWith('data.') ? ['data', type.slice(5)] : ['resource', type];
      return !trees.includes(`${kind} "${name}"`);
    });
    expect(unused).toEqual([]);
    expect(ARGUMENT_PERMISSIONS.filter(({ argument }) => !argument.test(trees))).toEqual([]);
  });
});

describeWithTools('the policies, as Terraform makes them', [TERRAFORM, AWS_PROVIDER], () => {
  let folder: string;
  let policies: Policies;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'roles-'));
    policies = await evaluateRoles('workflow-roles-full', folder);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const findStatements = (environment: string, action: string): Statement[] =>
    Object.values(policies)
      .flatMap((byEnvironment) => byEnvironment[environment]?.Statement ?? [])
      .filter(({ Action }) => [Action].flat().includes(action));

  test("fit into IAM's 6,144 characters without white space", () => {
    for (const [name, byEnvironment] of Object.entries(policies))
      for (const [environment, policy] of Object.entries(byEnvironment))
        expect(JSON.stringify(policy).replaceAll(/\s/g, '').length, `${name} of ${environment}`).toBeLessThan(
          6144,
        );
  });

  test('an environment without an option has no permissions for it, even if others have', () => {
    for (const action of ['kms:CreateKey', 'kms:CreateGrant', 'wafv2:CreateWebACL', 'sts:AssumeRole'])
      expect(findStatements('dev', action), action).toEqual([]);
    expect(findStatements('staging', 'apigateway:POST')).toEqual([]);
    expect(findStatements('staging', 'secretsmanager:GetSecretValue')).toEqual([]);
    expect(findStatements('staging', 'kms:CreateKey')).toEqual([]);
    expect(findStatements('dev', 's3:DeleteObjectVersion')).toEqual([]);
  });

  test('roles are created only with the boundary, and below their path', () => {
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary'])
      expect(findStatements('staging', action)).toEqual([
        expect.objectContaining({
          Condition: {
            StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::111111111111:policy/team/boundary' },
          },
          Resource: [
            'arn:aws:iam::222222222222:role/team/sonotheia-webhook-handler-staging',
            'arn:aws:iam::222222222222:role/team/sonotheia-audio-processor-staging',
          ],
        }),
      ]);
    expect(findStatements('staging', 'iam:DeleteRolePermissionsBoundary')).toEqual([]);
  });

  test('a state with a role is accessed only through it', () => {
    expect(findStatements('staging', 'sts:AssumeRole')).toEqual([
      expect.objectContaining({ Resource: 'arn:aws:iam::333333333333:role/terraform-state' }),
      expect.objectContaining({ Resource: 'arn:aws:iam::333333333333:role/terraform-state' }),
    ]);
    expect(findStatements('staging', 's3:GetObject')).toEqual([]);
    expect(findStatements('staging', 's3:PutObject')).toEqual([]);
    expect(findStatements('prod', 's3:PutObject')).toHaveLength(1);
  });

  test('the stack of a retiring region can be destroyed', () => {
    expect(findStatements('prod', 's3:DeleteBucket')[0]?.Resource).toContain(
      'arn:aws:s3:::acme-recordings-ireland-logs',
    );
    expect(findStatements('prod', 'dynamodb:DeleteTable')[0]?.Resource).toContain(
      'arn:aws:dynamodb:*:222222222222:table/acme-calls-ireland',
    );
    expect(findStatements('prod', 'iam:DeleteRole')[0]?.Resource).toContain(
      'arn:aws:iam::222222222222:role/sonotheia-webhook-handler-prod-eu-west-1',
    );
    expect(findStatements('prod', 'apigateway:DELETE')[0]?.Resource).toContain(
      'arn:aws:apigateway:eu-west-1::/restapis/*',
    );
    expect(findStatements('dev', 'iam:DeleteRole')[0]?.Resource).not.toContain('eu-west-1');
  });
});
