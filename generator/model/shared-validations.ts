// Validations of variables that apply the spec's rules: values given with -var never reach those.
import { OWN_NAMES, RESERVED_NAMES } from '../spec/function-environment.ts';

import { MOST_COMBINATIONS } from '../spec/rules/filter-rules.ts';
import { OWN_TAGS, SERVICE_ROLE_PATH } from '../spec/rules/name-rules.ts';
import { ALLOW_LIST_LIMITS } from '../spec/rules/security-rules.ts';
import {
  EMAIL,
  ENDPOINT_FORMS,
  LONGEST_RETRIES_SECONDS,
  MOST_STREAMS,
  RAW_PROTOCOLS,
} from '../spec/rules/subscription-rules.ts';
import { BASE_URL, HTTPS_URL } from '../spec/rules/url.ts';
import { quotePattern } from './limits.ts';
import type { Validation } from './stack-model.ts';

const LONGEST_ALLOW_LIST = (ALLOW_LIST_LIMITS.policy - ALLOW_LIST_LIMITS.frame) / 2;

const FORMS = Object.entries({ https: HTTPS_URL, ...ENDPOINT_FORMS })
  .map(([protocol, form]) => `"${protocol}" = ${quotePattern(form)}`)
  .join(', ');

const TAKEN_NAMES = [...RESERVED_NAMES, ...OWN_NAMES].map((name) => JSON.stringify(name)).join(', ');

/** By the variable's name. */
export const SHARED_VALIDATIONS: { readonly [variable: string]: readonly Validation[] } = {
  sonotheia_api_url: [
    {
      condition: `can(regex(${quotePattern(BASE_URL)}, var.sonotheia_api_url))`,
      message: 'sonotheia_api_url must be a base URL with https; http is for localhost only.',
    },
  ],
  lambda_environment: [
    {
      condition: `length(setintersection(keys(var.lambda_environment), [${TAKEN_NAMES}])) == 0`,
      message:
        'lambda_environment must not hold names that AWS Lambda reserves, such as AWS_REGION, or that the generator sets, such as SONOTHEIA_API_URL.',
    },
  ],
  lambda_layers: [
    {
      condition:
        'length(distinct([for layer in var.lambda_layers : join(":", slice(split(":", layer), 0, length(split(":", layer)) - 1))])) == length(var.lambda_layers)',
      message: 'lambda_layers: a function has one version of a layer.',
    },
  ],
  iam_role_path: [
    {
      condition: `!startswith(var.iam_role_path, ${JSON.stringify(SERVICE_ROLE_PATH)})`,
      message: `iam_role_path must not begin with ${SERVICE_ROLE_PATH}: AWS IAM keeps these paths for service-linked roles.`,
    },
  ],
  api_ip_allow_list: [
    {
      condition: 'alltrue([for block in var.api_ip_allow_list : can(cidrhost(block, 0))])',
      message: 'api_ip_allow_list must hold CIDR blocks, such as 203.0.113.0/24 or 2001:db8::/32.',
    },
    {
      condition: `length(jsonencode(var.api_ip_allow_list)) <= ${LONGEST_ALLOW_LIST}`,
      message: `api_ip_allow_list is too long: AWS takes a policy of ${ALLOW_LIST_LIMITS.policy} characters, which names each block twice.`,
    },
  ],
  alarm_urls: [
    {
      condition: `alltrue([for url in var.alarm_urls : can(regex(${quotePattern(HTTPS_URL)}, url))])`,
      message: 'alarm_urls must hold https URLs without credentials, of the characters that belong in a URL.',
    },
  ],
  result_subscriptions: [
    {
      condition: `alltrue([for each in var.result_subscriptions : can(regex(lookup({ ${FORMS} }, each.protocol, "^$"), each.endpoint)) && (!startswith(each.protocol, "email") || length(each.endpoint) <= ${EMAIL.maxLength})])`,
      message:
        'result_subscriptions: the endpoint must fit the protocol; a FIFO queue cannot subscribe to a standard topic.',
    },
    {
      condition:
        'length(distinct([for each in var.result_subscriptions : "${each.protocol} ${each.endpoint}"])) == length(var.result_subscriptions)',
      message: 'result_subscriptions: each protocol and endpoint may subscribe once.',
    },
    {
      condition: `alltrue([for each in var.result_subscriptions : (!each.raw_message_delivery || contains(${JSON.stringify(RAW_PROTOCOLS).replaceAll(',', ', ')}, each.protocol)) && (each.retry_count == null || each.protocol == "https") && (each.role_arn != null) == (each.protocol == "firehose")])`,
      message: `result_subscriptions: raw_message_delivery is for ${RAW_PROTOCOLS.join(', ')}, retry_count for https, role_arn for firehose, which needs it.`,
    },
    {
      condition: `alltrue([for each in var.result_subscriptions : coalesce(each.retry_count, 0) * each.retry_delay_seconds <= ${LONGEST_RETRIES_SECONDS}])`,
      message: `result_subscriptions: the retries of one take at most ${LONGEST_RETRIES_SECONDS} s together.`,
    },
    {
      condition: `length([for each in var.result_subscriptions : each if each.protocol == "firehose"]) <= ${MOST_STREAMS}`,
      message: `result_subscriptions: a topic has at most ${MOST_STREAMS} streams of Amazon Data Firehose.`,
    },
    {
      condition: `alltrue([for each in var.result_subscriptions : max(1, length(each.event_types)) * max(1, length(each.risk)) * max(1, length(each.verdict)) * (each.minimum_score != null && each.include_unscored ? 2 : 1) <= ${MOST_COMBINATIONS}])`,
      message: `result_subscriptions: a filter has at most ${MOST_COMBINATIONS} combinations of values.`,
    },
  ],
};

/** Of the variable `tags`: IAM ignores the case of keys, and AWS keeps those that begin with `aws:` for itself. */
export const TAG_VALIDATIONS: readonly Validation[] = [
  {
    condition: `length(distinct([for key in concat(keys(var.tags), ${JSON.stringify(OWN_TAGS).replaceAll(',', ', ')}) : lower(key)])) == length(var.tags) + ${OWN_TAGS.length}`,
    message: `tags: keys must differ in more than case, from each other and from ${OWN_TAGS.join(', ')}.`,
  },
  {
    condition:
      'alltrue([for key, value in var.tags : !startswith(lower(key), "aws:") && can(regex("^[\\\\p{L}\\\\p{Z}\\\\p{N}_.:/=+\\\\-@]{1,128}$", key)) && can(regex("^[\\\\p{L}\\\\p{Z}\\\\p{N}_.:/=+\\\\-@]{0,256}$", value))])',
    message:
      'tags: keys have 1 to 128 and values up to 256 letters, digits, spaces and _.:/=+-@, and no key begins with aws:.',
  },
];
