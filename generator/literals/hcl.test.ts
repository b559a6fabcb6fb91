import { describe, expect, test } from 'vitest';
import { renderAttributes, renderLiteral } from './hcl.ts';

describe('renderLiteral', () => {
  test.each([
    ['plain', '"plain"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['back\\slash', '"back\\\\slash"'],
    ['${var.secret}', '"$${var.secret}"'],
    ['%{ if true }', '"%%{ if true }"'],
    ['$$${x}', '"$$$${x}"'],
    ['$ { % {', '"$ { % {"'],
    ['a\nb\r\tc\u0000\u007f\u2028', '"a\\nb\\r\\tc\\u0000\\u007F\\u2028"'],
    ['e\u0301', '"\u00e9"'],
    ['\u{e0001}', '"\\U000E0001"'],
  ])('escapes %j', (text, expected) => {
    expect(renderLiteral(text)).toBe(expected);
  });

  test('refuses values that HCL cannot represent', () => {
    expect(() => renderLiteral(undefined)).toThrow(TypeError);
    expect(() => renderLiteral(Number.NaN)).toThrow(TypeError);
    expect(() => renderLiteral(Number.POSITIVE_INFINITY)).toThrow(TypeError);
    expect(() => renderLiteral('\ud800')).toThrow(/surrogate/);
    expect(() => renderLiteral({ '\udc00': 1 })).toThrow(/surrogate/);
  });

  test('renders lists and maps as terraform fmt leaves them', () => {
    expect(renderLiteral([])).toBe('[]');
    expect(renderLiteral(['a', 1, true, null])).toBe('["a", 1, true, null]');
    expect(renderLiteral({})).toBe('{}');
    expect(renderLiteral({ a: 1, long: { x: [] } }, 2)).toBe(
      '{\n    "a" = 1\n\n    "long" = {\n      "x" = []\n    }\n  }',
    );
  });
});

test('renderAttributes aligns runs of single lines and sets others apart', () => {
  const attributes = [
    { name: 'a', expression: '1' },
    { name: 'long_name', expression: '2' },
    { name: 'map', expression: '{\n  x = 1\n}' },
    { name: 'z', expression: '3' },
  ];
  expect(renderAttributes(attributes, 0)).toBe(
    'a         = 1\nlong_name = 2\n\nmap = {\n  x = 1\n}\n\nz = 3',
  );
});
