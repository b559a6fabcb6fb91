// DynamoDB's Query and Scan: key conditions, filters, projections, pages of 1 MB.
import { compareDecimals } from './compare-decimals.ts';
import { testCondition } from './dynamodb-expressions.ts';
import { createValidationError, type Item } from './dynamodb-values.ts';
import type { LocalTable } from './local-table.ts';
import type { TableInput } from './table-input.ts';

const PAGE_BYTES = 1 << 20;

export function readItems(local: LocalTable, operation: 'Query' | 'Scan', input: TableInput): object {
  const isWithinKeys = (item: Item) =>
    input.KeyConditionExpression === undefined ||
    testCondition(input.KeyConditionExpression, expressionsOf(input), item);
  const candidates = operation === 'Query' ? sortItems(local, input) : listSegment(local, input);
  const started = startAfter(candidates.filter(isWithinKeys), input.ExclusiveStartKey);
  const { page, hasMore } = cutPage(started, input.Limit);
  const items = page.filter(
    (item) =>
      input.FilterExpression === undefined ||
      testCondition(input.FilterExpression, expressionsOf(input), item),
  );
  const last = page.at(-1);
  return {
    ...(input.Select === 'COUNT' ? {} : { Items: items.map((item) => project(item, input)) }),
    Count: items.length,
    ScannedCount: page.length,
    ...(hasMore && last !== undefined ? { LastEvaluatedKey: keyOf(last, local, input) } : {}),
  };
}

function sortItems(local: LocalTable, input: TableInput): Item[] {
  const index = findIndex(local, input);
  const hash = index?.hash ?? 'session_id';
  const value = readHashValue(input, hash);
  const items =
    index === undefined
      ? local.partition(value)
      : [...local.table.items.values()].filter((item) => item[hash]?.S === value);
  const sign = input.ScanIndexForward === false ? -1 : 1;
  return [...items].sort((a, b) => sign * compareDecimals(a.timestamp?.N ?? '0', b.timestamp?.N ?? '0'));
}

/** A key condition has the partition key, compared with `=`. */
function readHashValue(input: TableInput, hash: string): string {
  const {
    KeyConditionExpression = '',
    ExpressionAttributeNames = {},
    ExpressionAttributeValues = {},
  } = input;
  for (const [, name = '', placeholder = ''] of KeyConditionExpression.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)) {
    const value = ExpressionAttributeValues[placeholder]?.S;
    if ((ExpressionAttributeNames[name] ?? name) === hash && value !== undefined) return value;
  }
  throw createValidationError(`Query condition missed key schema element: ${hash}`);
}

function findIndex(
  { indexes }: LocalTable,
  { IndexName }: TableInput,
): LocalTable['indexes'][number] | undefined {
  const index = indexes.find(({ name }) => name === IndexName);
  if (IndexName !== undefined && index === undefined)
    throw createValidationError(`The table does not have the specified index: ${IndexName}`);
  return index;
}

/** Splits by position: parallel scans see every item once. */
function listSegment({ table }: LocalTable, { Segment = 0, TotalSegments = 1 }: TableInput): Item[] {
  return [...table.items.values()].filter((_, position) => position % TotalSegments === Segment);
}

function startAfter(items: readonly Item[], key: Item | undefined): readonly Item[] {
  if (key === undefined) return items;
  const position = items.findIndex(
    (item) => item.session_id?.S === key.session_id?.S && item.timestamp?.N === key.timestamp?.N,
  );
  return items.slice(position + 1);
}

function cutPage(
  items: readonly Item[],
  limit = Number.POSITIVE_INFINITY,
): { page: Item[]; hasMore: boolean } {
  const page: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    if (page.length >= limit || bytes >= PAGE_BYTES) return { page, hasMore: true };
    bytes += JSON.stringify(item).length;
    page.push(item);
  }
  return { page, hasMore: page.length === limit };
}

function keyOf(item: Item, local: LocalTable, input: TableInput): Item {
  const index = findIndex(local, input);
  const names = ['session_id', 'timestamp', ...(index === undefined ? [] : [index.hash])];
  return Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}

function project(item: Item, { ProjectionExpression, ExpressionAttributeNames = {} }: TableInput): Item {
  if (ProjectionExpression === undefined) return item;
  const projected: Item = {};
  for (const path of ProjectionExpression.split(',')) {
    const names = path
      .trim()
      .split('.')
      .map((name) => ExpressionAttributeNames[name] ?? name);
    copyPath(item, projected, names);
  }
  return projected;
}

function copyPath(from: Item, to: Item, [name = '', ...rest]: readonly string[]): void {
  const value = from[name];
  if (value === undefined) return;
  if (rest.length === 0) {
    to[name] = value;
  } else if (value.M !== undefined) {
    const target = to[name]?.M ?? {};
    copyPath(value.M, target, rest);
    to[name] = { M: target };
  }
}

export function expressionsOf({ ExpressionAttributeNames, ExpressionAttributeValues }: TableInput) {
  return { ExpressionAttributeNames, ExpressionAttributeValues };
}
