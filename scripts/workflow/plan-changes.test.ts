// Counts and losses of a saved plan, read from Terraform's JSON.
import { describe, expect, test } from 'vitest';
import { readPlanJson } from './plan-changes.mjs';

describe('the changes of a plan', () => {
  const change = (type: string, actions: string[], more: object = {}) => ({
    address: `module.a[0].${type}.x`,
    type,
    mode: 'managed',
    change: { actions },
    ...more,
  });
  const read = (resource_changes: object[], more: object = {}) =>
    readPlanJson(JSON.stringify({ resource_changes, ...more }));

  test('are counted like Terraform does; destroyed data is a loss', () => {
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
      'module.a[0].aws_kms_key.x: the key, and with it all data that it encrypted',
    ]);
  });

  const expiration = (days: number, former = 30) => ({
    rule: [
      { id: 'age-out', expiration: [{ days }], noncurrent_version_expiration: [{ noncurrent_days: former }] },
    ],
  });
  const rule = (id: string, days: number, filter: object = {}) => ({
    id,
    expiration: [{ days }],
    filter: [filter],
  });
  test('nothing is lost with a new resource', () => {
    const after = { retention_in_days: 90, message_retention_seconds: 345_600, ...expiration(365) };
    const types = ['aws_cloudwatch_log_group', 'aws_sqs_queue', 'aws_s3_bucket_lifecycle_configuration'];
    const made = types.map((type) => ({
      ...change(type, ['create']),
      change: { actions: ['create'], before: null, after },
    }));
    expect(read(made).losses).toEqual([]);
  });

  const versioning = (status: string) => ({ versioning_configuration: [{ status }] });
  const backups = (enabled: boolean) => ({ point_in_time_recovery: [{ enabled }] });

  test.each<[string, object, object, string | undefined]>([
    [
      'aws_s3_bucket_lifecycle_configuration',
      expiration(365),
      expiration(91),
      'objects older than 91 days are deleted',
    ],
    ['aws_s3_bucket_lifecycle_configuration', expiration(91), expiration(365), undefined],
    [
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [{ id: 'abort' }] },
      { rule: [{ id: 'abort' }, { id: 'expire', expiration: [{ days: 30 }] }] },
      'objects older than 30 days are deleted',
    ],
    [
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [{ ...expiration(30).rule[0], status: 'Disabled' }] },
      { rule: [{ ...expiration(30).rule[0], status: 'Enabled' }] },
      'objects older than 30 days are deleted; former versions older than 30 days are deleted',
    ],
    [
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [{ id: 'expire', expiration: [{ days: 30 }], filter: [{ prefix: 'rejected/' }] }] },
      { rule: [{ id: 'expire', expiration: [{ days: 30 }], filter: [{ prefix: '' }] }] },
      'objects older than 30 days are deleted',
    ],
    ['aws_s3_bucket_lifecycle_configuration', expiration(30), { rule: [] }, undefined],
    // Another name, and rules that expire the same objects sooner or at the same time.
    [
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [rule('age', 90, { prefix: '' }), rule('soon', 30, { prefix: 'incoming/', tag: [] })] },
      { rule: [rule('age-out', 30, { and: [{ prefix: 'incoming/calls/' }] }), rule('all', 90)] },
      undefined,
    ],
    [
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [rule('age', 90), rule('tests', 30, { and: [{ tags: { kind: 'test' } }] })] },
      { rule: [rule('age', 30)] },
      'objects older than 30 days are deleted',
    ],
    [
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [rule('large', 30, { object_size_greater_than: 1_000 })] },
      { rule: [rule('all', 30, { object_size_greater_than: 0 })] },
      'objects older than 30 days are deleted',
    ],
    [
      'aws_s3_bucket_lifecycle_configuration',
      { rule: [{ ...rule('age-out', 30), prefix: 'rejected/' }] },
      { rule: [rule('age-out', 30)] },
      'objects older than 30 days are deleted',
    ],
    [
      'aws_s3_bucket_lifecycle_configuration',
      expiration(365, 60),
      expiration(365, 30),
      'former versions older than 30 days are deleted',
    ],
    [
      'aws_s3_bucket_versioning',
      versioning('Enabled'),
      versioning('Suspended'),
      'objects that are deleted or overwritten are no longer kept',
    ],
    ['aws_s3_bucket_versioning', versioning('Suspended'), versioning('Enabled'), undefined],
    ['aws_dynamodb_table', backups(true), backups(false), 'its continuous backups are deleted'],
    ['aws_dynamodb_table', backups(false), backups(true), undefined],
    [
      'aws_cloudwatch_log_group',
      { retention_in_days: 30 },
      { retention_in_days: 14 },
      'logs older than 14 days are deleted',
    ],
    // 0 keeps them for ever.
    [
      'aws_cloudwatch_log_group',
      { retention_in_days: 0 },
      { retention_in_days: 365 },
      'logs older than 365 days are deleted',
    ],
    ['aws_cloudwatch_log_group', { retention_in_days: 30 }, { retention_in_days: 0 }, undefined],
    [
      'aws_sqs_queue',
      { message_retention_seconds: 345600 },
      { message_retention_seconds: 86400 },
      'messages older than 86400 seconds are deleted',
    ],
  ])('%s that changes from %j to %j loses: %s', (type, before, after, loss) => {
    const plan = read([{ ...change(type, ['update']), change: { actions: ['update'], before, after } }]);
    expect(plan.losses).toEqual(loss === undefined ? [] : [`module.a[0].${type}.x: ${loss}`]);
  });

  test('destroying the versioning resource is a loss; a log group or rules without a value lose nothing', () => {
    const gone: readonly [string, object][] = [
      ['aws_s3_bucket_versioning', versioning('Enabled')],
      ['aws_s3_bucket_lifecycle_configuration', expiration(365)],
      ['aws_cloudwatch_log_group', { retention_in_days: 30 }],
    ];
    const plan = read(
      gone.map(([type, before]) => ({
        ...change(type, ['delete']),
        change: { actions: ['delete'], before, after: null },
      })),
    );
    expect(plan.losses).toEqual([
      'module.a[0].aws_s3_bucket_versioning.x: objects that are deleted or overwritten are no longer kept',
    ]);
  });

  test.each([
    ['aws_api_gateway_rest_api', 'its URL is gone, and the webhook must be registered again'],
    ['aws_api_gateway_stage', 'its URL is gone, and the webhook must be registered again'],
    ['aws_api_gateway_domain_name', 'its URL is gone, and the webhook must be registered again'],
    ['aws_api_gateway_base_path_mapping', 'its URL is gone, and the webhook must be registered again'],
    ['aws_route53_record', 'its name no longer leads to the API'],
    ['aws_sns_topic', 'its subscriptions are gone, those of others too'],
    ['aws_sns_topic_subscription', 'its confirmation is gone'],
  ])('an address that others use is a loss: %s', (type, loss) => {
    for (const actions of [['delete'], ['delete', 'create']])
      expect(read([change(type, actions)]).losses).toEqual([`module.a[0].${type}.x: ${loss}`]);
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
