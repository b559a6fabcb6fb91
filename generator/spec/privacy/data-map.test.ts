// What a stack keeps, against the templates and the functions that decide it.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recognizedUntil } from '../../../handlers/shared/replay-window.ts';
import { compileSpec } from '../../compile-spec.ts';
import { nameStack } from '../naming.ts';
import { mapData } from './data-map.ts';
import type { DataPlace } from './data-place.ts';
import { accessLogDays, findLogDays, MARKER_DAYS, RESULT_LETTER_DAYS } from './retention.ts';

const HEAD = 'project_name: acme\nenvironments:\n  dev:\n    regions: [us-east-1]\n';

function compile(settings: string) {
  const text = HEAD + settings.replace(/^(?=.)/gm, '    ');
  const result = compileSpec('spec.yaml', Buffer.from(text));
  if (!result.ok) throw new Error(result.diagnostics.map(({ what }) => what).join('\n'));
  return result;
}

function placesOf(settings: string): DataPlace[] {
  const [environment] = compile(settings).value.environments;
  const [region] = environment.regions;
  return mapData(nameStack(environment, region), region.settings);
}

const template = (file: string): string =>
  readFileSync(new URL(`../../../templates/modules/sonotheia/${file}`, import.meta.url), 'utf8');

const EVERYTHING = `s3: { versioning: true, access_logs: true }
dynamodb: { point_in_time_recovery: true, stream: true, event_type_index: true }
subscriptions: [{ name: desk, protocol: email, endpoint: desk@example.com }]
results: { reader_accounts: ["111122223333"], subscriber_accounts: ["444455556666"] }
`;

test('the periods that no setting shortens are those of the templates and the functions', () => {
  expect(template('sns_dead_letters.tf.hbs')).toContain(
    `message_retention_seconds = ${RESULT_LETTER_DAYS} * 86400`,
  );
  expect(template('s3_access_logs.tf.hbs')).toContain(`noncurrent_days = ${accessLogDays(0)}\n`);
  expect(recognizedUntil(0, 0)).toBe(MARKER_DAYS * 86_400);
  // Unconditionally: versions that an earlier spec has left behind must not stay forever.
  expect(template('s3.tf.hbs')).toMatch(
    /^ {4}noncurrent_version_expiration \{\n {6}noncurrent_days = min\(var.s3_audio_retention_days, var.s3_expiration_days\)$/m,
  );
});

test('each resource of the templates that holds data is in the map', () => {
  const names = placesOf(EVERYTHING)
    .map(({ name }) => name)
    .join(' ');
  const [environment] = compile(EVERYTHING).value.environments;
  const own = nameStack(environment, environment.regions[0]);
  for (const name of [own.bucket, own.accessLogBucket, own.table, own.queue, own.deadLetterQueue])
    expect(names).toContain(name);
  for (const name of [own.webhookDeadLetterQueue, own.resultsDeadLetterQueue, own.resultsTopic])
    expect(names).toContain(name);
  for (const name of [own.webhookFunction, own.audioFunction]) expect(names).toContain(`/aws/lambda/${name}`);
});

test.each([
  [
    '',
    'Standard for 30 days, Infrequent Access until day 90, Glacier until day 365, then',
    '30 days after',
    395,
  ],
  [
    's3: { expiration_days: 90 }',
    'Standard for 30 days, Infrequent Access until day 90, then',
    '30 days after',
    120,
  ],
  ['s3: { expiration_days: 30 }', 'Standard for 30 days, then', '30 days after', 60],
  ['s3: { expiration_days: 7 }', 'Standard for 7 days, then', '7 days after', 14],
])(
  '%s: only moves before the deletion, and old versions go no later than recordings',
  (settings, classes, old, end) => {
    const versioned =
      settings === '' ? 's3: { versioning: true }' : settings.replace('{', '{ versioning: true,');
    const places = placesOf(versioned);
    expect(places.find(({ id }) => id === 'recordings')?.kept).toContain(classes);
    const versions = places.find(({ id }) => id === 'versions')?.kept;
    expect(versions).toContain(old);
    expect(versions).toContain(`so ${end} days after the upload at most`);
  },
);

test('parts that are off are left out', () => {
  expect(placesOf('').map(({ id }) => id)).toEqual([
    'recordings',
    'events',
    'markers',
    'uploads',
    'upload-letters',
    'webhook-letters',
    'results',
    'logs',
  ]);
  expect(placesOf(EVERYTHING)).toHaveLength(13);
});

test('accounts and subscribers are among the readers, without endpoints', () => {
  const readers = Object.fromEntries(placesOf(EVERYTHING).map((place) => [place.id, place.readers]));
  expect(readers.events).toContain('account 111122223333');
  expect(readers.results).toEqual(['`desk` (email)', 'account 444455556666, if it subscribes']);
});

test.each([
  ['', 'that of Amazon DynamoDB', 'that of Amazon S3', 'that of Amazon SQS'],
  ['kms: { managed: true }', "the stack's own", 'that of Amazon S3', "the stack's own"],
  [
    'kms_key_arn: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"',
    'yours (`kms_key_arn`)',
    'that of Amazon S3',
    'that of Amazon SQS',
  ],
])('with %s the keys are those of the templates', (kms, table, accessLogs, resultLetters) => {
  const keys = Object.fromEntries(placesOf(`${EVERYTHING}${kms}\n`).map(({ id, key }) => [id, key]));
  expect([keys.events, keys['access-logs'], keys['result-letters']]).toEqual([
    table,
    accessLogs,
    resultLetters,
  ]);
});

describe('a copy that outlives its original', () => {
  const warningsOf = (settings: string): string[] =>
    compile(settings)
      .warnings.filter(({ code }) => code.startsWith('SONO62') && code !== 'SONO620')
      .map(({ code, what }) => `${code} ${what.replace(/.* until/, '')}`);

  test.each([
    ['dynamodb: { ttl_days: 30, point_in_time_recovery: true }', ['SONO621  day 65']],
    ['dynamodb: { point_in_time_recovery: true }', []],
    ['protected: true\ndynamodb: { ttl_days: 60 }', ['SONO621  day 95']],
    ['s3: { versioning: true, expiration_days: 400 }', ['SONO622  day 430']],
    ['s3: { versioning: true, expiration_days: 7 }', ['SONO622  day 14']],
    ['s3: { versioning: true }', []],
    ['s3: { expiration_days: 400 }', []],
    ['dynamodb: { ttl_days: 30 }\nlogs: { retention_days: 60 }', ['SONO623  day 60']],
    ['dynamodb: { ttl_days: 60 }\nlogs: { retention_days: 60 }', []],
    ['logs: { retention_days: 365 }', []],
    ['s3: { access_logs: true, expiration_days: 365 }\nlogs: { retention_days: 365 }', ['SONO623  day 395']],
    ['dynamodb: { ttl_days: 13 }\nlogs: { retention_days: 7 }', ['SONO624  day 14']],
    ['dynamodb: { ttl_days: 14 }\nlogs: { retention_days: 14 }', []],
    ['dynamodb: { ttl_days: 13 }\naudio: { dlq_retention_days: 13 }\nlogs: { retention_days: 7 }', []],
    [
      'dynamodb: { ttl_days: 13 }\naudio: { dlq_retention_days: 13 }\nlogs: { retention_days: 7 }\nsubscriptions: [{ name: a, protocol: email, endpoint: a@example.com }]',
      ['SONO624  day 14'],
    ],
    ['profile: strict', []],
  ])('%s', (settings, expected) => {
    expect(warningsOf(settings)).toEqual(expected);
  });

  test('access logs that no retention makes short enough are switched off', () => {
    const spec =
      'project_name: acme\nenvironments: { dev: { regions: [us-east-1], s3: { access_logs: true, expiration_days: 30 } } }\n';
    const compiled = compileSpec('spec.yaml', new TextEncoder().encode(spec));
    const fix = compiled.ok ? compiled.warnings.find(({ code }) => code === 'SONO623')?.fix : undefined;
    expect(fix).toBe('set `s3.access_logs: false`, or say 60 days where you promise a time');
    expect(findLogDays(0)).toBeUndefined();
  });

  test('the retention of logs in the fix is one that CloudWatch allows', () => {
    expect([1, 2, 6, 29, 90, 4000].map(findLogDays)).toEqual([1, 1, 5, 14, 90, 3653]);
  });
});
