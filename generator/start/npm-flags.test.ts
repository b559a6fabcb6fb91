import { expect, test } from 'vitest';
import { findOptions } from '../../test/support/find-options.ts';
import { WITH_VALUE } from './npm-flags.mjs';

test('WITH_VALUE is complete', () => {
  const options = [...findOptions('string'), 'config', 'format'];
  expect([...new Set(options)].sort()).toEqual([...WITH_VALUE].sort());
});
