// What a saved plan would do, read from Terraform's JSON.
import { describe, expect, test } from 'vitest';
import { readPlanJson } from './plan-changes.mjs';

describe('what a plan would do', () => {
  const change = (type: string, actions: string[], more: object = {}) => ({
    address: `module.a[0].${type}.x`,
    type,
    mode: 'managed',
    change: { actions },
    ...more,
  });
  const read = (resource_changes: object[], more: object = {}) =>
    readPlanJson(JSON.stringify({ resource_changes, ...more }));

  test('is counted as Terraform counts it; what is destroyed with its data is a loss', () => {
    const plan = read([
      change('aws_s3_bucket', ['delete']),
      change('aws_dynamodb_table', ['delete', 'create']),
      change('aws_kms_key', ['create', 'delete']),
      change('aws_secretsmanager_secret', ['forget']),
      change('aws_sqs_queue', ['update']),
      change('aws_sns_topic', ['no-op'], { change: { actions: ['no-op'], importing: { id: 'x' } } }),
      { ...change('aws_kms_key', ['delete']), address: 'module.a[0].aws_kms_key.alarms[0]' },
      { ...change('aws_s3_bucket', ['delete']), mode: 'data' },
    ]);
    expect(plan.counts).toEqual({ import: 1, add: 2, change: 1, destroy: 4, forget: 1 });
    expect(plan.losses).toEqual([
      'module.a[0].aws_s3_bucket.x: the bucket and all audio in it',
      'module.a[0].aws_dynamodb_table.x: the table and all sessions in it',
      'module.a[0].aws_kms_key.x: the key, and with it whatever it has encrypted',
    ]);
  });

  test.each<[string, boolean, object[], object]>([
    ['nothing', false, [change('aws_sqs_queue', ['no-op'])], {}],
    ['an output', true, [], { output_changes: { url: { actions: ['update'] } } }],
    ['a move', true, [change('aws_sqs_queue', ['no-op'], { previous_address: 'x' })], {}],
    ['an import', true, [change('x', ['no-op'], { change: { actions: ['no-op'], importing: {} } })], {}],
    ["Terraform's own word", false, [change('aws_sqs_queue', ['create'])], { applyable: false }],
  ])('%s: %s', (_, changed, changes, more) => {
    expect(read(changes, more).changed).toBe(changed);
  });
});
