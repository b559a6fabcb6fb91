// Behaviour that all operators' commands share.
import { describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { runOperator } from '../test/support/operator-command.ts';
import { describePlan, listLosses, listLostAddresses } from './deploy/describe-plan.ts';
import type { ResourceChange } from './operator/plan-file.ts';

const COMMANDS = [
  'secrets',
  'deploy',
  'destroy',
  'smoke',
  'webhook',
  'redrive',
  'reannounce',
  'migrate-region',
  'sessions',
  'export',
  'forget',
  'doctor',
  'bootstrap-state',
  'lock-providers',
] as const;

describe.each(COMMANDS)('%s', (name) => {
  test('is a script, and has --help with its exit codes', async () => {
    expect(packageJson.scripts[name]).toBe(`node generator/main.mjs ${name}`);
    const { exitCode, stdout, stderr } = await runOperator(name, ['--help']);
    expect(stdout).toMatch(new RegExp(`^Usage: npx sonotheia ${name} `));
    expect(stdout).toContain(
      'Exit codes: 0 done, 1 a problem that you can solve, 2 a fault of this tool, 130 cancelled.',
    );
    for (const common of ['--env <name>', '--config <file>', '--out <folder>', '-h, --help'])
      expect(stdout).toContain(`\n  ${common} `);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect([stderr, exitCode]).toEqual(['', 0]);
  });
});

describe('the summary of a plan', () => {
  const change = (
    type: string,
    action: ResourceChange['action'],
    attributes: string[] = [],
  ): ResourceChange => {
    return {
      address: `module.us_east_1[0].${type}.it`,
      type,
      action,
      attributes,
      weakening: undefined,
      before: {},
      after: {},
    };
  };
  const plan = (...changes: ResourceChange[]) => ({
    file: 'plan',
    changes,
    hasChanges: true,
    stateVersion: '',
  });

  test('counts creations, and lists changes, deletions, imports and removals from the state', () => {
    const changes = [
      change('aws_sqs_queue', 'create'),
      change('aws_sqs_queue', 'create'),
      change('aws_lambda_function', 'update', ['memory_size', 'timeout']),
      change('aws_dynamodb_table', 'replace'),
      change('aws_cloudwatch_log_group', 'delete'),
      change('aws_iam_role', 'delete'),
      change('aws_s3_bucket', 'import'),
      change('aws_sns_topic', 'forget'),
    ];
    expect(describePlan(plan(...changes))).toEqual([
      '  + make 2',
      '      module.us_east_1[0]: 2',
      '        2 aws_sqs_queue',
      '  < take over 1',
      '      module.us_east_1[0].aws_s3_bucket.it',
      '  ~ change 1',
      '      module.us_east_1[0].aws_lambda_function.it (memory_size, timeout)',
      '  ! destroy and recreate 1',
      '      module.us_east_1[0].aws_dynamodb_table.it: the table and all sessions in it',
      '  - destroy 2',
      '      module.us_east_1[0].aws_cloudwatch_log_group.it: its logs go',
      '      module.us_east_1[0].aws_iam_role.it',
      '  . forget, without destroying 1',
      '      module.us_east_1[0].aws_sns_topic.it',
    ]);
  });

  test.each(['aws_s3_bucket', 'aws_dynamodb_table', 'aws_secretsmanager_secret', 'aws_kms_key'])(
    '%s holds data: lost when destroyed or replaced, otherwise not',
    (type) => {
      for (const action of ['delete', 'replace'] as const)
        expect(listLosses(plan(change(type, action)))).toHaveLength(1);
      for (const action of ['create', 'update', 'import', 'forget'] as const)
        expect(listLosses(plan(change(type, action)))).toEqual([]);
    },
  );

  test.each([
    'aws_api_gateway_rest_api',
    'aws_api_gateway_stage',
    'aws_sns_topic',
    'aws_sns_topic_subscription',
  ])('%s is an address that others use: lost when destroyed or replaced, otherwise not', (type) => {
    for (const action of ['delete', 'replace'] as const)
      expect(listLostAddresses(plan(change(type, action)))).toHaveLength(1);
    for (const action of ['create', 'update', 'import', 'forget'] as const)
      expect(listLostAddresses(plan(change(type, action)))).toEqual([]);
  });

  test('the key of the alarm topic encrypts nothing that stays', () => {
    const key = { ...change('aws_kms_key', 'delete'), address: 'module.us_east_1[0].aws_kms_key.alarms[0]' };
    expect(listLosses(plan(key))).toEqual([]);
  });
});
