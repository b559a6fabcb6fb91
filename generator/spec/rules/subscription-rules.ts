// Subscriptions of the results topic: names, receivers, and settings that depend on the protocol. Their filters are in
// filter-rules.ts.
import type { Settings } from '../resolve.ts';
import { dereference, matchesSetting } from '../schema.ts';
import type { Finding, Report, Scope } from './rule.ts';
import { findUrlProblem } from './url.ts';

/** The schema's form of an e-mail address. */
export const EMAIL = dereference({ $ref: '#/definitions/email_address' }) as {
  readonly pattern: string;
  readonly maxLength: number;
};

/** Of one owner; each topic has its own. */
export const MOST_STREAMS = 5;

/** The time that Amazon SNS gives all retries of a delivery by https. */
export const LONGEST_RETRIES_SECONDS = 3600;

export const RAW_PROTOCOLS: readonly string[] = ['firehose', 'https', 'sqs'];

export type Subscription = Settings['subscriptions'][number];

export function checkSubscriptions({ region }: Scope, report: Report): void {
  const seen = new Set<string>();
  const receivers = new Map<string, string>();
  for (const [index, subscription] of region.settings.subscriptions.entries()) {
    const { name, protocol, endpoint } = subscription;
    const setting = ['subscriptions', index];
    if (seen.has(name)) {
      report({
        code: 'SONO310',
        setting: [...setting, 'name'],
        what: `the name \`${name}\` is used twice`,
        why: "Terraform: the name is the key of the subscription's resource",
        fix: 'give each subscription a name of its own',
      });
    }
    seen.add(name);
    const receiver = `${protocol} ${endpoint}`;
    const twin = receivers.get(receiver);
    receivers.set(receiver, twin ?? name);
    if (twin !== undefined && twin !== name)
      report({
        code: 'SONO346',
        setting: [...setting, 'endpoint'],
        what: `\`${name}\` and \`${twin}\` are the same subscription: ${protocol} to ${JSON.stringify(endpoint)}`,
        why: 'Amazon SNS: a topic has one subscription for a protocol and an endpoint',
        fix: 'keep one of the two; its `event_types` can list those of both',
      });
    const problem = findEndpointProblem(protocol, endpoint);
    if (problem !== undefined)
      report({
        code: 'SONO311',
        setting: [...setting, 'endpoint'],
        what: problem.what,
        why: "Amazon SNS: the endpoint's form depends on the protocol",
        fix: problem.fix,
      });
    for (const { key, ...finding } of listProtocolProblems(subscription))
      report({ code: 'SONO349', setting: [...setting, key], other: [...setting, 'protocol'], ...finding });
  }
}

export function checkStreams({ region }: Scope, report: Report): void {
  const streams = [...region.settings.subscriptions.entries()].filter(
    ([, { protocol }]) => protocol === 'firehose',
  );
  const [index, surplus] = streams[MOST_STREAMS] ?? [];
  if (index === undefined || surplus === undefined) return;
  report({
    code: 'SONO356',
    setting: ['subscriptions', index, 'protocol'],
    what: `${streams.length} streams of Amazon Data Firehose are subscribed; \`${surplus.name}\` is one too many`,
    why: `Amazon SNS: one account can subscribe at most ${MOST_STREAMS} streams to a topic`,
    fix: `keep ${MOST_STREAMS}, or subscribe a queue or a function`,
  });
}

type ProtocolProblem = Pick<Finding, 'what' | 'why' | 'fix'> & { readonly key: keyof Subscription };

function listProtocolProblems(subscription: Subscription): ProtocolProblem[] {
  const { protocol, raw_message_delivery, retry_count, retry_delay_seconds, role_arn } = subscription;
  const problems: ProtocolProblem[] = [];
  if (raw_message_delivery && !RAW_PROTOCOLS.includes(protocol))
    problems.push({
      key: 'raw_message_delivery',
      what: `raw delivery is not possible by ${protocol}`,
      why: `Amazon SNS: only ${RAW_PROTOCOLS.join(', ')} can deliver without the envelope`,
      fix: 'remove `raw_message_delivery`',
    });
  if (retry_count !== null && protocol !== 'https')
    problems.push({
      key: 'retry_count',
      what: `the retries of ${protocol} cannot be chosen`,
      why: 'Amazon SNS: only https endpoints have a delivery policy; queues, functions and streams are retried for 23 days, e-mails for 6 hours',
      fix: 'remove `retry_count`',
    });
  else if (retry_count !== null && retry_count * retry_delay_seconds > LONGEST_RETRIES_SECONDS)
    problems.push({
      key: 'retry_count',
      what: `${retry_count} retries after ${retry_delay_seconds} s each take ${retry_count * retry_delay_seconds} s`,
      why: `Amazon SNS: all retries of a delivery take at most ${LONGEST_RETRIES_SECONDS} s`,
      fix: `set \`retry_delay_seconds: ${Math.floor(LONGEST_RETRIES_SECONDS / retry_count)}\`, or fewer retries`,
    });
  if (protocol === 'firehose' && role_arn === null)
    problems.push({
      key: 'role_arn',
      what: 'a stream needs a role with which Amazon SNS writes to it',
      why: 'Amazon SNS: a subscription of Amazon Data Firehose has a `SubscriptionRoleArn`',
      fix: 'add `role_arn`: a role that sns.amazonaws.com may assume, with firehose:PutRecord and firehose:PutRecordBatch on the stream',
    });
  if (protocol !== 'firehose' && role_arn !== null)
    problems.push({
      key: 'role_arn',
      what: `a subscription by ${protocol} has no role`,
      why: 'Amazon SNS: it uses a role only for Amazon Data Firehose',
      fix: 'remove `role_arn`',
    });
  return problems;
}

/** The form of the endpoints of each protocol but https, as JavaScript and RE2 read it. */
export const ENDPOINT_FORMS: { readonly [protocol: string]: string } = {
  // A standard topic does not deliver to FIFO queues, whose names end in `.fifo`.
  sqs: '^arn:aws(-cn|-us-gov)?:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$',
  lambda:
    '^arn:aws(-cn|-us-gov)?:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?$',
  firehose: '^arn:aws(-cn|-us-gov)?:firehose:[a-z0-9-]+:[0-9]{12}:deliverystream/[A-Za-z0-9_.-]{1,64}$',
  email: EMAIL.pattern,
  'email-json': EMAIL.pattern,
};

const ENDPOINT_EXAMPLES: { readonly [protocol: string]: string } = {
  sqs: 'arn:aws:sqs:us-east-1:123456789012:fraud-results',
  lambda: 'arn:aws:lambda:us-east-1:123456789012:function:score-router',
  firehose: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/results',
  email: 'fraud-team@example.com',
  'email-json': 'fraud-team@example.com',
};

function findEndpointProblem(protocol: string, endpoint: string): { what: string; fix: string } | undefined {
  if (protocol === 'https') {
    const what = findUrlProblem(endpoint, { allowLocalHttp: false });
    return what === undefined ? undefined : { what, fix: 'for example https://example.com/hooks/sonotheia' };
  }
  const form = ENDPOINT_FORMS[protocol];
  const isEmail = form === EMAIL.pattern;
  if (
    form === undefined ||
    (isEmail ? matchesSetting('email_address', endpoint) : new RegExp(form).test(endpoint))
  )
    return undefined;
  if (protocol === 'sqs' && endpoint.endsWith('.fifo'))
    return {
      what: `${JSON.stringify(endpoint)} is a FIFO queue, and the results topic is a standard topic`,
      fix: 'subscribe a standard queue',
    };
  return {
    what: `${JSON.stringify(endpoint)} is not an endpoint for the protocol ${protocol}`,
    fix: `for example ${ENDPOINT_EXAMPLES[protocol]}`,
  };
}
