// The filter policies of subscriptions, as templates/modules/sonotheia/sns_subscriptions.tf.hbs writes them, and the key that
// keeps a message back.
// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { Settings } from '../../../generator/spec/resolve.ts';
import { matchesFilter } from '../services/sns-filter.ts';

type Subscription = Settings['subscriptions'][number];

export type FilterPolicy = Readonly<Record<string, readonly unknown[]>>;

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

export function filterPolicyOf(subscription: Subscription): FilterPolicy {
  const { event_types, minimum_score, include_unscored, risk, verdict } = subscription;
  return {
    // Reports of suspicious activity go only to subscribers that name their type.
    event_type: event_types.length === 0 ? [{ 'anything-but': { prefix: 'sar.' } }] : event_types,
    ...(minimum_score === null
      ? {}
      : {
          score: [{ numeric: ['>=', minimum_score] }, ...(include_unscored ? [{ exists: false }] : [])],
        }),
    ...(risk.length === 0 ? {} : { risk }),
    ...(verdict.length === 0 ? {} : { verdict }),
  };
}

/** Returns the first key that does not match; undefined if the message passes. */
export function findRefusal(policy: FilterPolicy, attributes: Attributes): string | undefined {
  return Object.keys(policy).find((key) => !matchesFilter({ [key]: policy[key] }, attributes));
}
