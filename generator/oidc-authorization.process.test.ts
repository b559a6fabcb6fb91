// Requests that the policies of the generated roles allow or deny.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAllowed, type PolicyRequest } from '../test/support/permissions/policy-decision.ts';
import {
  evaluateRoles,
  listRoleStatements,
  type Policies,
} from '../test/support/permissions/role-policies.ts';
import { AWS_PROVIDER, describeWithTools, TERRAFORM } from '../test/support/required-tools.ts';

const ACCOUNT = '222222222222';
const GITHUB = 'token.actions.githubusercontent.com';
/** Of the project and another's. */
const OWN = { 'aws:ResourceTag/Project': 'acme-voice', 'aws:ResourceTag/Environment': 'prod' };
const FOREIGN = { 'aws:ResourceTag/Project': 'shop', 'aws:ResourceTag/Environment': 'prod' };

describeWithTools('the policies of the roles', [TERRAFORM, AWS_PROVIDER], () => {
  let folder: string;
  let policies: Policies;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'authorization-'));
    policies = await evaluateRoles('workflow-roles-full', folder);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const deploys = (environment: string, request: PolicyRequest): boolean =>
    isAllowed(listRoleStatements(policies, 'deploy', environment), request);
  const plans = (environment: string, request: PolicyRequest): boolean =>
    isAllowed(listRoleStatements(policies, 'plan', environment), request);

  test('reach only APIs with the tags of the environment, and their parts', () => {
    const api = 'arn:aws:apigateway:eu-central-1::/restapis/a1b2c3';
    for (const [action, resource] of [
      ['apigateway:DELETE', api],
      ['apigateway:PATCH', api],
      ['apigateway:UpdateRestApiPolicy', api],
      ['apigateway:PUT', `${api}/resources/x/methods/POST/integration`],
      ['apigateway:POST', `${api}/deployments`],
      ['apigateway:DELETE', `${api}/stages/prod`],
    ] as const) {
      expect(deploys('prod', { action, resource, context: OWN }), `${action} ${resource}`).toBe(true);
      expect(deploys('prod', { action, resource, context: FOREIGN }), `${action} ${resource}`).toBe(false);
      expect(deploys('prod', { action, resource }), `${action} ${resource} without tags`).toBe(false);
      expect(deploys('dev', { action, resource, context: OWN }), `${action} of dev`).toBe(false);
    }
    const make = (Project: string): boolean =>
      deploys('prod', {
        action: 'apigateway:POST',
        resource: 'arn:aws:apigateway:eu-central-1::/restapis',
        context: { 'aws:RequestTag/Project': Project, 'aws:RequestTag/Environment': 'prod' },
      });
    expect([make('acme-voice'), make('shop')]).toEqual([true, false]);
    const account = { action: 'apigateway:PATCH', resource: 'arn:aws:apigateway:eu-central-1::/account' };
    expect(deploys('prod', account)).toBe(true);
  });

  test('attach only the managed policy that the tree attaches', () => {
    const attach = (policy: string): boolean =>
      deploys('prod', {
        action: 'iam:AttachRolePolicy',
        resource: `arn:aws:iam::${ACCOUNT}:role/sonotheia-webhook-handler-prod`,
        context: { 'iam:PolicyARN': `arn:aws:iam::aws:policy/${policy}` },
      });
    expect(attach('service-role/AmazonAPIGatewayPushToCloudWatchLogs')).toBe(true);
    expect(attach('AdministratorAccess')).toBe(false);
  });

  test('can scale a table: tags, and the alarms of the target', () => {
    const target = `arn:aws:application-autoscaling:eu-central-1:${ACCOUNT}:scalable-target/1234`;
    const namespace = { 'application-autoscaling:service-namespace': 'dynamodb' };
    for (const name of ['TagResource', 'UntagResource'])
      expect(deploys('staging', { action: `application-autoscaling:${name}`, resource: target })).toBe(true);
    for (const name of ['RegisterScalableTarget', 'PutScalingPolicy', 'DeregisterScalableTarget'])
      expect(
        deploys('staging', {
          action: `application-autoscaling:${name}`,
          resource: target,
          context: namespace,
        }),
      ).toBe(true);
    const alarm = (name: string): PolicyRequest => ({
      action: 'cloudwatch:PutMetricAlarm',
      resource: `arn:aws:cloudwatch:eu-central-1:${ACCOUNT}:alarm:TargetTracking-table/${name}`,
    });
    expect(deploys('staging', alarm('acme-calls-staging-AlarmHigh-1234'))).toBe(true);
    expect(deploys('staging', alarm('acme-calls-staging/index/by-type-AlarmLow-1234'))).toBe(true);
    expect(deploys('staging', alarm('orders-AlarmHigh-1234'))).toBe(false);
  });

  test("can create API Gateway's service-linked role for traces, if there are traces", () => {
    const make = {
      action: 'iam:CreateServiceLinkedRole',
      resource: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`,
    };
    expect(deploys('prod', make)).toBe(true);
    const other = { ...make, resource: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/x` };
    expect(deploys('prod', other)).toBe(false);
  });

  test('tag buckets as version 6 of the provider does', () => {
    const resource = 'arn:aws:s3:::acme-voice-audio-prod';
    for (const action of ['s3:TagResource', 's3:UntagResource', 's3:ListTagsForResource'])
      expect(deploys('prod', { action, resource }), action).toBe(true);
    expect(plans('prod', { action: 's3:ListTagsForResource', resource })).toBe(true);
    expect(plans('prod', { action: 's3:TagResource', resource })).toBe(false);
  });

  test('do not allow a pull request to read a secret, an object or an item', () => {
    for (const environment of ['dev', 'prod'])
      for (const [action, resource] of [
        [
          'secretsmanager:GetSecretValue',
          `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:sonotheia-api-key-${environment}-AbCdEf`,
        ],
        ['s3:GetObject', `arn:aws:s3:::acme-voice-audio-${environment}/incoming/x.wav`],
        [
          'dynamodb:GetItem',
          `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/sonotheia-sessions-${environment}`,
        ],
      ] as const)
        expect(plans(environment, { action, resource }), action).toBe(false);
  });

  test('trust only jobs of the repository: plans by subject, deployments of the branch behind the gate', () => {
    const SUBJECTS = ['repo:acme/voice', 'repo:acme@4711/voice@815'];
    const token = (sub: string, more: Readonly<Record<string, string>> = {}): PolicyRequest => ({
      action: 'sts:AssumeRoleWithWebIdentity',
      resource: '*',
      context: Object.fromEntries(
        Object.entries({
          aud: 'sts.amazonaws.com',
          sub,
          ref: 'refs/heads/main',
          repository_id: '815',
          ...more,
        }).map(([claim, value]) => [`${GITHUB}:${claim}`, value]),
      ),
    });
    const trusts = (name: string, request: PolicyRequest): boolean =>
      isAllowed(policies[`trust_${name}`]?.prod?.Statement ?? [], request);
    for (const subject of SUBJECTS) {
      const gate = `${subject}:environment:prod`;
      expect(trusts('deploy', token(gate))).toBe(true);
      // A workflow on any branch that names the environment before it has a gate.
      expect(trusts('deploy', token(gate, { ref: 'refs/heads/feature' }))).toBe(false);
      expect(trusts('deploy', token(gate, { ref: 'refs/tags/main' }))).toBe(false);
      expect(trusts('deploy', token(gate, { repository_id: '816' }))).toBe(false);
      expect(trusts('deploy', token(`${subject}:environment:dev`))).toBe(false);
      expect(trusts('deploy', token(`${subject}:ref:refs/heads/main`))).toBe(false);
      const pull = { ref: 'refs/pull/7/merge' };
      expect(trusts('plan', token(`${subject}:pull_request`, pull))).toBe(true);
      expect(trusts('plan', token(`${subject}:ref:refs/heads/main`))).toBe(true);
      expect(trusts('plan', token(`${subject}:ref:refs/heads/feature`))).toBe(false);
      expect(trusts('plan', token(`${subject}:pull_request`, { ...pull, repository_id: '816' }))).toBe(false);
    }
  });
});
