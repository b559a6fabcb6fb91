// Subscriptions of the results topic.
import type { Report, Scope } from './rule.ts';
import { findUrlProblem } from './url.ts';

const EMAIL = '^[^\\s@<>()\\[\\],;:\\\\"]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$';

export function checkSubscriptions({ region }: Scope, report: Report): void {
  const seen = new Set<string>();
  const receivers = new Map<string, string>();
  for (const [index, { name, protocol, endpoint }] of region.settings.subscriptions.entries()) {
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
  }
}

/** The form of the endpoints of each protocol but https, as JavaScript and RE2 read it. */
export const ENDPOINT_FORMS: { readonly [protocol: string]: string } = {
  // A standard topic does not deliver to FIFO queues, whose names end in `.fifo`.
  sqs: '^arn:aws(-cn|-us-gov)?:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}$',
  lambda:
    '^arn:aws(-cn|-us-gov)?:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?$',
  email: EMAIL,
  'email-json': EMAIL,
};

const ENDPOINT_EXAMPLES: { readonly [protocol: string]: string } = {
  sqs: 'arn:aws:sqs:us-east-1:123456789012:fraud-results',
  lambda: 'arn:aws:lambda:us-east-1:123456789012:function:score-router',
  email: 'fraud-team@example.com',
  'email-json': 'fraud-team@example.com',
};

function findEndpointProblem(protocol: string, endpoint: string): { what: string; fix: string } | undefined {
  if (protocol === 'https') {
    const what = findUrlProblem(endpoint, { allowLocalHttp: false });
    return what === undefined ? undefined : { what, fix: 'for example https://example.com/hooks/sonotheia' };
  }
  const form = ENDPOINT_FORMS[protocol];
  if (form === undefined || new RegExp(form).test(endpoint)) return undefined;
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
