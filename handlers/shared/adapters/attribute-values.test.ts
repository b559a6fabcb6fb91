// The limits of DynamoDB's types.
import { describe, expect, test } from 'vitest';
import { ExactNumber, type JsonValue } from '../json.ts';
import { fromAttributeValue, toAttributeValue } from './attribute-values.ts';

function nest(levels: number): JsonValue {
  return levels === 0 ? 1 : [nest(levels - 1)];
}

/** The nesting depth of lists. */
function countLists(value: unknown): number {
  return typeof value === 'object' && value !== null && 'L' in value && Array.isArray(value.L)
    ? 1 + countLists(value.L[0])
    : 0;
}

describe('toAttributeValue', () => {
  test.each([
    [null, { NULL: true }],
    [true, { BOOL: true }],
    [false, { BOOL: false }],
    [1.5, { N: '1.5' }],
    ['text', { S: 'text' }],
    ['', { S: '' }],
    [[], { L: [] }],
    [{}, { M: {} }],
    [[null, 'a'], { L: [{ NULL: true }, { S: 'a' }] }],
  ] as const)('%j', (value, expected) => {
    expect(toAttributeValue(value as JsonValue)).toEqual(expected);
    expect(fromAttributeValue(expected as never)).toEqual(value);
  });

  test.each([
    ['9'.repeat(38), 'N'],
    ['9'.repeat(39), 'S'],
    ['1e125', 'N'],
    ['1e126', 'S'],
    ['1e-130', 'N'],
    ['1e-131', 'S'],
    ['9.9e125', 'N'],
    [`0.${'1'.repeat(38)}`, 'N'],
    [`0.${'1'.repeat(39)}`, 'S'],
  ])('%s is stored as %s with all digits', (text, kind) => {
    const value = toAttributeValue(new ExactNumber(text));
    expect(value).toEqual({ [kind]: text });
    expect(JSON.stringify(fromAttributeValue(value))).toContain(kind === 'S' ? `"${text}"` : '');
  });

  test('stores thirty levels as such, deeper ones as text', () => {
    expect(countLists(toAttributeValue(nest(29)))).toBe(29);
    expect(countLists(toAttributeValue(nest(30)))).toBe(30);
    const value = toAttributeValue(nest(31));
    expect(countLists(value)).toBe(29);
    expect(JSON.stringify(value)).toContain('{"S":"[[1]]"}');
  });

  test('counts lists within maps as levels', () => {
    let value: JsonValue = 1;
    for (let level = 0; level < 31; level += 1) value = level % 2 === 0 ? [value] : { a: value };
    expect(JSON.stringify(toAttributeValue(value))).toMatch(/\{"S":".*\[1\].*"\}/);
  });
});

describe('fromAttributeValue', () => {
  test.each([
    ['12345678901234567890', new ExactNumber('12345678901234567890')],
    ['0.1', 0.1],
    ['1E+2', 100],
    ['100.0', 100],
    ['0.12345678901234567890', new ExactNumber('0.12345678901234567890')],
  ])('reads %s', (text, expected) => {
    expect(fromAttributeValue({ N: text })).toEqual(expected);
  });

  test('reads an absent value as null', () => {
    expect(fromAttributeValue(undefined)).toBeNull();
  });
});
