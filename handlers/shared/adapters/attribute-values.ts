// Converts JSON values to DynamoDB attribute values and back, without loss in numbers and texts.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  ExactNumber,
  isDeeperThan,
  isWellFormed,
  type JsonObject,
  type JsonValue,
  normalizeDecimal,
} from '../json.ts';

/** DynamoDB allows 32 levels; the item and the `data` map are two of them. */
const MAX_DEPTH = 30;
const MAX_DIGITS = 38;
const MIN_EXPONENT = -130;
const MAX_EXPONENT = 125;
const UNUSABLE_KEYS_MEMBER = 'unusable_keys';

/**
 * Converts a JSON value. A value that DynamoDB cannot hold (a number beyond 38 digits or its range, more than 30
 * levels, text that is not well-formed Unicode, a key that is empty or `__proto__`) becomes a string with its JSON text,
 * so that an unusual event is stored in full.
 */
export function toAttributeValue(value: JsonValue, depth = 1): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') return toNumber(String(value));
  if (value instanceof ExactNumber) return toNumber(value.text);
  if (typeof value === 'string') return isWellFormed(value) ? { S: value } : asText(value);
  if (depth >= MAX_DEPTH && isDeeperThan(value, 1)) return asText(value);
  if (Array.isArray(value)) return { L: value.map((member) => toAttributeValue(member, depth + 1)) };
  return { M: toAttributeMap(value, depth) };
}

/** Like {@link toAttributeValue} for an object; members with unusable keys are stored together in one string member. */
export function toAttributeMap(value: JsonObject, depth = 1): Record<string, AttributeValue> {
  const members = Object.entries(value);
  const usable = members.filter(([key]) => isUsableKey(key));
  const map = usable.map(([key, member]) => [key, toAttributeValue(member, depth + 1)] as const);
  if (usable.length === members.length) return Object.fromEntries(map);
  const unusable = Object.fromEntries(members.filter(([key]) => !isUsableKey(key)));
  return { ...Object.fromEntries(map), [UNUSABLE_KEYS_MEMBER]: asText(unusable) };
}

/** Converts an attribute value back; a number that a double cannot hold becomes an {@link ExactNumber}. */
export function fromAttributeValue(value: AttributeValue | undefined): JsonValue {
  if (value?.S !== undefined) return value.S;
  if (value?.N !== undefined) {
    const number = Number(value.N);
    return sameDecimal(String(number), value.N) ? number : new ExactNumber(value.N);
  }
  if (value?.BOOL !== undefined) return value.BOOL;
  if (value?.L !== undefined) return value.L.map(fromAttributeValue);
  if (value?.M !== undefined) return fromAttributeMap(value.M);
  return null;
}

export function fromAttributeMap(map: Record<string, AttributeValue> | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(map ?? {}).map(([key, member]) => [key, fromAttributeValue(member)]),
  );
}

function toNumber(text: string): AttributeValue {
  const { digits, exponent } = normalizeDecimal(text);
  const fits = digits.length <= MAX_DIGITS && exponent >= MIN_EXPONENT && exponent <= MAX_EXPONENT;
  return fits ? { N: text } : { S: text };
}

function sameDecimal(left: string, right: string): boolean {
  const a = normalizeDecimal(left);
  const b = normalizeDecimal(right);
  return a.digits === b.digits && a.exponent === b.exponent;
}

function isUsableKey(key: string): boolean {
  return key !== '' && key !== '__proto__' && isWellFormed(key);
}

function asText(value: JsonValue): AttributeValue {
  return { S: JSON.stringify(value) };
}
