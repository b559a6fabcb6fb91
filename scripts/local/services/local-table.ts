import type { Item } from './dynamodb-values.ts';
import type { MemoryDynamoDb } from './memory-dynamodb.ts';

export interface LocalTable {
  readonly name: string;
  readonly arn: string;
  readonly table: MemoryDynamoDb;
  /** The items with this partition key. */
  readonly partition: (sessionId: string) => readonly Item[];
  /** Key attributes by index; the table itself has no name. */
  readonly indexes: readonly { readonly name: string; readonly hash: string; readonly range: string }[];
}
