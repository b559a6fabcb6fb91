import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indentJson } from './page/indent-json.ts';

test('is what JSON.stringify writes', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text);
      expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    }),
  );
});

test('keeps every digit, and text that is no JSON', () => {
  expect(indentJson('{"a":[1767225600.1230123456789012345678901,1e400],"b":{ }}')).toBe(
    '{\n  "a": [\n    1767225600.1230123456789012345678901,\n    1e400\n  ],\n  "b": {}\n}',
  );
  for (const text of ['', '{', 'START RequestId: 1', '{"a":1} {"b":2}']) expect(indentJson(text)).toBe(text);
});
