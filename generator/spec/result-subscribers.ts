// What the subscriptions of the results topic need besides themselves.
import type { Settings } from './resolve.ts';

/** Whether the topic has a dead-letter queue. */
export function keepsDeadLetters({ subscriptions }: Settings): boolean {
  return subscriptions.some(({ dead_letter }) => dead_letter);
}

/** The roles that are passed to SNS: those of streams, and that of the delivery log. */
export function listDeliveryRoles({ results, subscriptions }: Settings): string[] {
  return [results.delivery_log_role_arn, ...subscriptions.map(({ role_arn }) => role_arn)].filter(
    (arn) => arn !== null,
  );
}
