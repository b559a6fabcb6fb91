// The filter policies of subscriptions, as templates/modules/sonotheia/sns_subscriptions.tf.hbs writes them, and SNS's
// evaluation: every key must match, by any of its conditions.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Settings } from '../../../generator/spec/resolve.ts';

type Subscription = Settings['subscriptions'][number];

type Condition =
  | string
  | { readonly exists: boolean }
  | { readonly numeric: readonly [operator: '>=', minimum: number] }
  | { readonly 'anything-but': { readonly prefix: string } };

export type FilterPolicy = Readonly<Record<string, readonly Condition[]>>;

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

export function filterPolicyOf(subscription: Subscription): FilterPolicy {
  const { event_types, minimum_score, include_unscored, risk, verdict } = subscription;
  return {
    // Reports of suspicious activity go only to subscribers that name their type.
    event_type: event_types.length === 0 ? [{ 'anything-but': { prefix: 'sar.' } }] : event_types,
    ...(minimum_score === null
      ? {}
      : {
          score: [
            { numeric: ['>=', minimum_score] as const },
            ...(include_unscored ? [{ exists: false }] : []),
          ],
        }),
    ...(risk.length === 0 ? {} : { risk }),
    ...(verdict.length === 0 ? {} : { verdict }),
  };
}

/** Returns the first key that does not match; undefined if the message passes. */
export function findRefusal(policy: FilterPolicy, attributes: Attributes): string | undefined {
  return Object.keys(policy).find(
    (key) => !policy[key]?.some((condition) => isMatch(condition, attributes[key])),
  );
}

function isMatch(condition: Condition, attribute: MessageAttributeValue | undefined): boolean {
  const text = attribute?.StringValue;
  if (typeof condition === 'string') return text === condition;
  if ('exists' in condition) return (text !== undefined) === condition.exists;
  if (text === undefined) return false;
  if ('anything-but' in condition) return !text.startsWith(condition['anything-but'].prefix);
  const [, minimum] = condition.numeric;
  return attribute?.DataType === 'Number' && Number(text) >= minimum;
}
