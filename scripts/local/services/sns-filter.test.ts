import { expect, test } from 'vitest';
import { matchesFilter } from './sns-filter.ts';

const ATTRIBUTES = {
  event_type: { DataType: 'String', StringValue: 'deepfake.completed' },
  score: { DataType: 'Number', StringValue: '0.82' },
  risk: { DataType: 'String', StringValue: 'high' },
};

test.each<[object, boolean]>([
  [{}, true],
  [{ event_type: ['deepfake.completed', 'audio.processed'] }, true],
  [{ event_type: ['audio.processed'] }, false],
  [{ event_type: [{ prefix: 'deepfake.' }], risk: ['high', 'unknown'] }, true],
  [{ event_type: [{ suffix: '.failed' }] }, false],
  [{ event_type: [{ 'anything-but': { prefix: 'sar.' } }] }, true],
  [{ event_type: [{ 'anything-but': ['deepfake.completed'] }] }, false],
  [{ label: [{ 'anything-but': 'x' }] }, false],
  [{ score: [{ numeric: ['>=', 0.82] }] }, true],
  [{ score: [{ numeric: ['>', 0.5, '<', 0.8] }] }, false],
  [{ score: [0.82] }, true],
  [{ risk: [{ numeric: ['>=', 0] }] }, false],
  [{ label: [{ exists: false }], score: [{ exists: true }] }, true],
  [{ $or: [{ score: [{ numeric: ['>=', 0.9] }] }, { risk: ['high'] }] }, true],
  [{ $or: [{ score: [{ numeric: ['>=', 0.9] }] }, { label: ['x'] }], risk: ['high'] }, false],
])('%j: %j', (policy, expected) => {
  expect(matchesFilter(policy, ATTRIBUTES)).toBe(expected);
});

test.each<[unknown]>([
  [{ risk: [{ wildcard: 'h*' }] }],
  [{ score: [{ numeric: ['~', 1] }] }],
  [{ risk: 'high' }],
  [[]],
])('refuses to guess %j', (policy) => {
  expect(() => matchesFilter(policy, ATTRIBUTES)).toThrow('which this command does not know');
});
