import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromAttributeMap, toAttributeMap } from './adapters/attribute-values.ts';
import { ExactNumber, isJsonObject, type JsonObject, parseJson } from './json.ts';

describe('parseJson', () => {
  test('has the result of JSON.parse when doubles can hold all numbers', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test.each(['9007199254740993', '0.12345678901234567890', '-12345678901234567890', '1e400', '123e-400'])(
    'keeps the digits of %s',
    (literal) => {
      expect(parseJson(`{"a":[${literal}]}`)).toEqual({ a: [new ExactNumber(literal)] });
    },
  );

  test.each(['0.1', '-0', '1e5', '1E+5', '1.50', '100', '5e-324', '9007199254740992'])(
    'leaves %s a number',
    (literal) => {
      expect(parseJson(literal)).toBe(Number(literal));
    },
  );

  test('ignores numbers inside strings', () => {
    const text = '{"a":"9007199254740993","b":"\\"9007199254740993\\\\","9007199254740993":"x"}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});

test('data survives the round trip through attribute values', () => {
  const data = fc.dictionary(
    fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
    fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<JsonObject[string]>,
  );
  fc.assert(
    fc.property(data, (value) => {
      // JSON.stringify and DynamoDB both drop the sign of negative zero.
      const written = JSON.parse(JSON.stringify(value)) as JsonObject;
      fc.pre(isJsonObject(written) && !hasExtremes(JSON.stringify(written)));
      expect(fromAttributeMap(toAttributeMap(written))).toEqual(written);
    }),
  );
});

/** Values that DynamoDB cannot hold and that are stored as text: numbers beyond its range, empty or `__proto__` keys. */
function hasExtremes(text: string): boolean {
  return /e[+-]\d{3}|"":|"__proto__":/.test(text);
}
