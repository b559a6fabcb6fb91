// DynamoDB's JSON protocol on one table: the functions' three commands, and what a client needs to read and repair it.
import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  GetItemCommand,
  type GetItemCommandInput,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { testCondition } from './dynamodb-expressions.ts';
import { checkInput } from './dynamodb-limits.ts';
import type { Item } from './dynamodb-values.ts';
import { answerJson } from './json-answer.ts';
import type { LocalTable } from './local-table.ts';
import { expressionsOf, readItems } from './read-items.ts';
import type { ServiceAnswer } from './service-answer.ts';
import type { TableInput } from './table-input.ts';

/** Executes one operation; an unknown one is refused as on AWS. */
export async function answerDynamoDb(
  local: LocalTable,
  operation: string,
  body: string,
): Promise<ServiceAnswer> {
  try {
    return answerJson(200, await execute(local, operation, JSON.parse(body) as TableInput));
  } catch (error) {
    if (!(error instanceof DynamoDBServiceException)) throw error;
    const item = error instanceof ConditionalCheckFailedException ? error.Item : undefined;
    const reasons = error instanceof TransactionCanceledException ? error.CancellationReasons : undefined;
    return answerJson(400, {
      __type: `com.amazonaws.dynamodb.v20120810#${error.name}`,
      message: error.message,
      CancellationReasons: reasons,
      Item: item,
    });
  }
}

async function execute(local: LocalTable, operation: string, input: TableInput): Promise<object> {
  const { table } = local;
  if (operation === 'ListTables') return { TableNames: [local.name] };
  checkTableNames(local, input);
  checkInput(operation, input);
  switch (operation) {
    case 'DescribeTable':
      return { Table: describeTable(local) };
    case 'TransactWriteItems':
      return table.send(new TransactWriteItemsCommand(input as unknown as TransactWriteItemsCommandInput));
    case 'GetItem':
      return table.send(new GetItemCommand(input as GetItemCommandInput));
    case 'UpdateItem':
      return table.send(new UpdateItemCommand(input as UpdateItemCommandInput));
    case 'Query':
    case 'Scan':
      return table.calls.around(() => readItems(local, operation, input));
    case 'BatchGetItem':
      return table.calls.around(() => batchGet(local, input));
    case 'PutItem':
      return table.calls.around(() => putItem(local, input));
    case 'DeleteItem':
      return table.calls.around(() => deleteItem(local, input));
    default:
      throw refuse('UnknownOperationException', `${operation} does not run locally.`);
  }
}

/** Names of tables, also those inside transactions and batches. */
function checkTableNames(local: LocalTable, input: TableInput): void {
  const inTransaction = (input.TransactItems ?? []).flatMap((item) =>
    Object.values(item).map(({ TableName }) => TableName),
  );
  const names = [input.TableName, ...inTransaction, ...Object.keys(input.RequestItems ?? {})];
  const isKnown = (name: string | undefined) =>
    name === undefined || name === local.name || name === local.arn;
  if (names.every(isKnown)) return;
  throw new ResourceNotFoundException({ $metadata: {}, message: 'Requested resource not found' });
}

function putItem({ table }: LocalTable, input: TableInput): object {
  const { Item: item = {} } = input;
  checkCondition(table.get(item), input);
  table.put(item);
  return {};
}

function deleteItem({ table }: LocalTable, input: TableInput): object {
  const key = input.Key ?? {};
  checkCondition(table.get(key), input);
  table.delete(key);
  return {};
}

function checkCondition(present: Item = {}, input: TableInput): void {
  const { ConditionExpression: condition } = input;
  if (condition !== undefined && !testCondition(condition, expressionsOf(input), present))
    throw new ConditionalCheckFailedException({ $metadata: {}, message: 'The conditional request failed' });
}

function batchGet({ table, name }: LocalTable, input: TableInput): object {
  const keys = Object.values(input.RequestItems ?? {}).flatMap(({ Keys = [] }) => Keys);
  const items = keys.map((key) => table.get(key)).filter((item) => item !== undefined);
  return { Responses: { [name]: items }, UnprocessedKeys: {} };
}

function describeTable({ name, arn, table, indexes }: LocalTable): object {
  const keySchema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  return {
    TableName: name,
    TableArn: arn,
    TableStatus: 'ACTIVE',
    ItemCount: table.items.size,
    KeySchema: keySchema('session_id', 'timestamp'),
    AttributeDefinitions: [
      { AttributeName: 'session_id', AttributeType: 'S' },
      { AttributeName: 'timestamp', AttributeType: 'N' },
      ...indexes.map(({ hash }) => ({ AttributeName: hash, AttributeType: 'S' })),
    ],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ...(indexes.length === 0
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: index.name,
            IndexStatus: 'ACTIVE',
            KeySchema: keySchema(index.hash, index.range),
            Projection: { ProjectionType: 'ALL' },
          })),
        }),
  };
}

function refuse(name: string, message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    message,
  });
}
