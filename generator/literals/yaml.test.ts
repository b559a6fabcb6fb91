import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderYamlString } from './yaml.ts';

test('any text has the same value after YAML, on one line', () => {
  const part = fc.constantFrom(
    '"',
    '\\',
    '\n',
    '\r',
    '\u2028',
    '\u0085',
    '\ufeff',
    ': ',
    ' #',
    '- ',
    '{{',
    '$',
    '%',
    '!',
  );
  const text = fc
    .array(fc.oneof(part, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 })
    .map((parts) => parts.join(''))
    .filter((joined) => joined.isWellFormed() && !joined.includes('${{'));
  const check = fc.property(text, (value) => {
    const literal = renderYamlString(value);
    expect(literal).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
    expect(parse(`key: ${literal} # after\n`)).toEqual({ key: value });
  });
  fc.assert(check, { numRuns: 5000, seed: 20260105 });
});

test.each([['a ${{ github.token }}'], ['${{'], ['\ud800'], [undefined], [7]])('refuses %j', (value) => {
  expect(() => renderYamlString(value)).toThrow(TypeError);
});
