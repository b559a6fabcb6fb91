// Words that are no key: the settings about them.
import { expect, test } from 'vitest';
import { explainKey } from './explain-key.ts';

function listSettings(word: string): string[] {
  const explained = explainKey(word);
  if (explained.kind !== 'topic') throw new Error(`${word} is ${explained.kind}`);
  return [...explained.text.matchAll(/^ {2}(\S+) {2,}\S/gm)].map(([, name = '']) => name);
}

test.each([
  ['alarms', ['monitoring.alarm_email', 'monitoring.alarm_emails', 'monitoring.alarm_urls']],
  ['email', ['monitoring.alarm_email']],
  ['network', ['vpc.subnet_ids', 'vpc.security_group_ids']],
  ['retention', ['s3.expiration_days', 'dynamodb.ttl_days', 'logs.retention_days']],
  ['GDPR', ['s3.expiration_days', 'dynamodb.ttl_days', 'logs.retention_days']],
  ['cost', ['traffic.requests_per_day']],
  ['encryption', ['kms.managed', 'kms_key_arn']],
  ['memory', ['lambda.memory_size']],
  ['vpc_config', ['vpc.subnet_ids', 'vpc.security_group_ids']],
  ['firewall', ['waf.enabled']],
  ['dead letters', ['subscriptions[].dead_letter']],
  ['name', ['api_gateway.domain.name']],
])('%s', (word, settings) => {
  const found = listSettings(word);
  expect(found.slice(0, Math.max(12, settings.length))).toEqual(expect.arrayContaining(settings));
  expect(new Set(found).size).toBe(found.length);
});

test('what the table of synonyms names stands first', () => {
  expect(listSettings('retention').slice(0, 3)).toEqual([
    's3.expiration_days',
    'dynamodb.ttl_days',
    'logs.retention_days',
  ]);
});

test('a word without a setting gets the advice about it', () => {
  expect(explainKey('cors')).toMatchObject({
    kind: 'topic',
    text: expect.stringContaining('Sonotheia signs'),
  });
  expect(explainKey('anonymize')).toMatchObject({ text: expect.stringContaining('hold no user ids') });
});

test('a key in the letters of another tool', () => {
  expect(explainKey('memorySize')).toEqual(explainKey('lambda.memory_size'));
});

test('a misspelt key, and a word about nothing', () => {
  expect(explainKey('lambda.timeuot')).toEqual({ kind: 'unknown', candidates: ['lambda.timeout'] });
  expect(explainKey('timeuot')).toMatchObject({ candidates: ['lambda.timeout'] });
  expect(explainKey('zzz')).toEqual({ kind: 'unknown', candidates: [] });
});
