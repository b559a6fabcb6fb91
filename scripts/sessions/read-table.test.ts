// Answers of DynamoDB that the local AWS does not give.
import type { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { getItems } from './read-table.ts';

test('items that a full or throttled answer leaves out are asked for again', async () => {
  const keys = Array.from({ length: 150 }, (_, index) => ({ session_id: { S: `s${index}` } }));
  const client = {
    send: async ({ input }: BatchGetItemCommand) => {
      const { Keys = [] } = input.RequestItems?.table ?? {};
      if (Keys.length > 100) throw new Error('Too many items requested for the BatchGetItem call');
      const UnprocessedKeys = Keys.length > 60 ? { table: { Keys: Keys.slice(60) } } : {};
      return { Responses: { table: Keys.slice(0, 60) }, UnprocessedKeys };
    },
  };
  const aws = { client: () => client } as unknown as AwsAccess;
  const stack = { region: { name: 'eu-west-1' }, names: { table: 'table' } } as unknown as Stack;
  expect(await getItems(aws, stack, keys, new AbortController().signal)).toEqual(keys);
});
