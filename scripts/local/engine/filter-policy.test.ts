import { expect, test } from 'vitest';
import { filterPolicyOf, findRefusal } from './filter-policy.ts';

type Subscription = Parameters<typeof filterPolicyOf>[0];

const ALL: Subscription = {
  name: 'all',
  protocol: 'sqs',
  endpoint: 'arn:aws:sqs:us-east-1:123456789012:all',
  event_types: [],
  minimum_score: null,
  include_unscored: false,
  risk: [],
  verdict: [],
  raw_message_delivery: false,
  retry_count: null,
  retry_delay_seconds: 20,
  dead_letter: false,
  role_arn: null,
};

function refusalOf(changes: Partial<Subscription>, attributes: Record<string, string | number>) {
  const values = Object.entries(attributes).map(([name, value]) => [
    name,
    { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) },
  ]);
  return findRefusal(filterPolicyOf({ ...ALL, ...changes }), Object.fromEntries(values));
}

test.each([
  ['everything', {}, { event_type: 'deepfake.completed' }, undefined],
  ['but reports of suspicious activity', {}, { event_type: 'sar.filed' }, 'event_type'],
  ['reports by name', { event_types: ['sar.filed'] }, { event_type: 'sar.filed' }, undefined],
  ['one of the types', { event_types: ['a', 'b'] }, { event_type: 'b' }, undefined],
  ['another type', { event_types: ['a', 'b'] }, { event_type: 'c' }, 'event_type'],
  ['the minimum', { minimum_score: 0.8 }, { event_type: 'x', score: 0.8 }, undefined],
  ['below the minimum', { minimum_score: 0.8 }, { event_type: 'x', score: 0.79999 }, 'score'],
  ['a score as text', { minimum_score: 0.8 }, { event_type: 'x', score: '0.9' }, 'score'],
  ['no score', { minimum_score: 0.8 }, { event_type: 'x' }, 'score'],
  ['no score, asked for', { minimum_score: 0.8, include_unscored: true }, { event_type: 'x' }, undefined],
  ['a risk', { risk: ['high', 'unknown'] }, { event_type: 'x', risk: 'unknown' }, undefined],
  ['another risk', { risk: ['high'] }, { event_type: 'x', risk: 'low' }, 'risk'],
  ['no verdict', { verdict: ['verified'] }, { event_type: 'x' }, 'verdict'],
] as const)('%s', (_, changes, attributes, refusal) => {
  expect(refusalOf(changes as Partial<Subscription>, attributes)).toBe(refusal);
});
