// What DynamoDB refuses before it looks at the table: keys of another form, items that are too large, calls with too many
// items. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { createValidationError, type Item } from './dynamodb-values.ts';
import type { TableInput } from './table-input.ts';

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_ACTIONS = 100;
const MAX_NUMBER_DIGITS = 38;

/** @throws ValidationException */
export function checkInput(operation: string, input: TableInput): void {
  const actions = (input.TransactItems ?? []).map(
    (action) => (action as { Put?: { Item?: Item } }).Put?.Item,
  );
  const read = Object.values(input.RequestItems ?? {}).flatMap(({ Keys = [] }) => Keys);
  if (operation === 'TransactWriteItems') {
    checkCount(actions.length);
    if (actions.includes(undefined))
      throw createValidationError('Of the actions of a transaction, only Put runs locally.');
  }
  if (operation === 'BatchGetItem') checkCount(read.length);
  const puts = [input.Item, ...actions].filter((item) => item !== undefined);
  const keys = [...puts, ...read, ...(input.Key === undefined ? [] : [input.Key])];
  if (/^(Get|Put|Update|Delete)Item$/.test(operation) && keys.length === 0)
    throw createValidationError('A key is missing.');
  for (const key of keys) checkKey(key);
  for (const item of puts) checkSize(item);
  const names = (operation === 'BatchGetItem' ? read : actions).map((item) =>
    JSON.stringify([item?.session_id?.S, item?.timestamp?.N]),
  );
  if (new Set(names).size < names.length)
    throw createValidationError('The request contains two operations on one item, or duplicate keys.');
}

function checkCount(count: number): void {
  if (count < 1 || count > MAX_ACTIONS)
    throw createValidationError(
      `Member must have length less than or equal to ${MAX_ACTIONS}, and at least 1.`,
    );
}

function checkKey({ session_id, timestamp }: Item): void {
  if (session_id?.S === undefined || timestamp?.N === undefined)
    throw createValidationError('The provided key element does not match the schema');
  if (session_id.S === '')
    throw createValidationError(
      'One or more parameter values are not valid: an empty key attribute is not supported.',
    );
  if (!/^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(timestamp.N))
    throw createValidationError(`A value provided cannot be converted into a number: ${timestamp.N}`);
  const digits = timestamp.N.replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
  if (digits.length > MAX_NUMBER_DIGITS)
    throw createValidationError('Attempting to store more than 38 significant digits in a Number');
}

/** @throws ValidationException for an item of more than 400 KB */
export function checkSize(item: Item): void {
  if (sizeOfMembers(item) > MAX_ITEM_BYTES)
    throw createValidationError('Item size has exceeded the maximum allowed size');
}

function sizeOfMembers(members: Item): number {
  return Object.entries(members).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value),
    0,
  );
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
function sizeOf({ S, N, B, M, L, SS, NS }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  if (B !== undefined) return Buffer.from(String(B), 'base64').length;
  if (M !== undefined) return 3 + Object.keys(M).length + sizeOfMembers(M);
  if (L !== undefined) return 3 + L.reduce((sum, each) => sum + 1 + sizeOf(each), 0);
  return [...(SS ?? []), ...(NS ?? ['x'])].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
