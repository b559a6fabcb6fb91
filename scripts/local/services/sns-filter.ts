// Applies the filter policy of a subscription to message attributes, as SNS does.
// https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import { Problem } from '../../../generator/command-line/problem.ts';

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

/** Throws a `Problem` for a kind of condition that it does not know: a wrong guess would send what was filtered out. */
export function matchesFilter(policy: unknown, attributes: Attributes): boolean {
  if (!isObject(policy)) throw unknownCondition(policy);
  return Object.entries(policy).every(([name, conditions]) => {
    if (!Array.isArray(conditions)) throw unknownCondition(conditions);
    if (name === '$or') return conditions.some((each) => matchesFilter(each, attributes));
    return conditions.some((condition) => matchesCondition(condition, attributes[name]));
  });
}

function matchesCondition(condition: unknown, attribute: MessageAttributeValue | undefined): boolean {
  if (isObject(condition) && 'exists' in condition) return condition.exists === (attribute !== undefined);
  if (typeof condition !== 'string' && typeof condition !== 'number' && !isObject(condition))
    throw unknownCondition(condition);
  const { DataType = '', StringValue } = attribute ?? {};
  if (isObject(condition)) return matchesOperator(condition, DataType, StringValue);
  if (StringValue === undefined) return false;
  return typeof condition === 'string'
    ? DataType === 'String' && StringValue === condition
    : DataType === 'Number' && Number(StringValue) === condition;
}

function matchesOperator(condition: object, dataType: string, text: string | undefined): boolean {
  const [[operator, operand] = ['', undefined], ...others] = Object.entries(condition);
  if (others.length > 0) throw unknownCondition(condition);
  if (operator === 'prefix' && typeof operand === 'string') return text?.startsWith(operand) ?? false;
  if (operator === 'suffix' && typeof operand === 'string') return text?.endsWith(operand) ?? false;
  if (operator === 'numeric' && Array.isArray(operand))
    return dataType === 'Number' && text !== undefined && isInRange(Number(text), operand);
  if (operator === 'anything-but') {
    const refused = Array.isArray(operand) ? operand : [operand];
    // An absent attribute does not match.
    return (
      text !== undefined &&
      !refused.some((each) => matchesCondition(each, { DataType: dataType, StringValue: text }))
    );
  }
  throw unknownCondition(condition);
}

/** `[">=", 0.5, "<", 0.8]` */
function isInRange(value: number, bounds: readonly unknown[]): boolean {
  const [sign, bound, ...others] = bounds;
  const isOther = others.length === 0 || isInRange(value, others);
  if (typeof bound !== 'number') throw unknownCondition({ numeric: bounds });
  if (sign === '=') return isOther && value === bound;
  if (sign === '>') return isOther && value > bound;
  if (sign === '>=') return isOther && value >= bound;
  if (sign === '<') return isOther && value < bound;
  if (sign === '<=') return isOther && value <= bound;
  throw unknownCondition({ numeric: bounds });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknownCondition(condition: unknown): Problem {
  return new Problem({
    what: `The subscription's filter policy contains ${JSON.stringify(condition)}, which this command does not know.`,
    fix: 'announce to all subscribers: leave out --subscription',
  });
}
