// Every golden case once more, without Terraform: the tests of the generator that mutants of it run against.
import { expect, test } from 'vitest';
import { cases, formatCase, listExpected, runCase } from '../support/golden-cases.ts';

test.each(cases)('%s', (name) => {
  const golden = formatCase(name, runCase(name));
  const expected = listExpected(name);
  expect([...golden.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [path, text] of expected) expect(golden.get(path), path).toBe(text);
});
