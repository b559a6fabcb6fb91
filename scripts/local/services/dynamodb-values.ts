// DynamoDB's items and errors, and how attribute values are compared and added.
import { type AttributeValue, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { compareDecimals } from './compare-decimals.ts';

export type Item = Record<string, AttributeValue>;

export function compareValues(
  left: AttributeValue | undefined,
  operator: string,
  right: AttributeValue,
): boolean {
  if (left === undefined) return false;
  const isNumber = left.N !== undefined && right.N !== undefined;
  if (!isNumber && (left.S === undefined || right.S === undefined)) return operator === '<>';
  const order = isNumber
    ? compareDecimals(left.N ?? '', right.N ?? '')
    : Buffer.compare(Buffer.from(left.S ?? ''), Buffer.from(right.S ?? ''));
  if (operator === '=') return order === 0;
  if (operator === '<>') return order !== 0;
  if (operator === '<') return order < 0;
  if (operator === '<=') return order <= 0;
  if (operator === '>') return order > 0;
  if (operator === '>=') return order >= 0;
  throw invalid(`no such comparison: ${operator}`);
}

export function sumValues(left: AttributeValue, right: AttributeValue | undefined): AttributeValue {
  if (left.N === undefined || right?.N === undefined) throw invalid('an operand is no number');
  return { N: String(Number((Number(left.N) + Number(right.N)).toFixed(6))) };
}

export function invalid(reason: string): DynamoDBServiceException {
  return createValidationError(`Invalid expression: ${reason}`);
}

export function createValidationError(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    message,
  });
}
