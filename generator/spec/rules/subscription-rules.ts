// Subscriptions of the results topic.
import type { Report, Scope } from './rule.ts';
import { findUrlProblem } from './url.ts';

export function checkSubscriptions({ region }: Scope, report: Report): void {
  const seen = new Set<string>();
  for (const [index, { name, protocol, endpoint }] of region.settings.subscriptions.entries()) {
    const setting = ['subscriptions', index];
    if (seen.has(name)) {
      report({
        code: 'SONO310',
        setting: [...setting, 'name'],
        message: `the name \`${name}\` is used twice`,
        why: "Terraform: the name is the key of the subscription's resource",
        hint: 'give each subscription a name of its own',
      });
    }
    seen.add(name);
    const problem = findEndpointProblem(protocol, endpoint);
    if (problem !== undefined)
      report({
        code: 'SONO311',
        setting: [...setting, 'endpoint'],
        message: problem.message,
        why: "Amazon SNS: the endpoint's form depends on the protocol",
        hint: problem.hint,
      });
  }
}

function findEndpointProblem(
  protocol: string,
  endpoint: string,
): { message: string; hint: string } | undefined {
  const forms: Partial<Record<string, { form: RegExp; example: string }>> = {
    sqs: {
      form: /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/,
      example: 'arn:aws:sqs:us-east-1:123456789012:fraud-results',
    },
    lambda: {
      form: /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?$/,
      example: 'arn:aws:lambda:us-east-1:123456789012:function:score-router',
    },
    email: {
      form: /^[^\s@<>()[\],;:\\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
      example: 'fraud-team@example.com',
    },
  };
  if (protocol === 'https') {
    const message = findUrlProblem(endpoint, { allowLocalHttp: false });
    return message === undefined
      ? undefined
      : { message, hint: 'for example https://example.com/hooks/sonotheia' };
  }
  const expected = forms[protocol === 'email-json' ? 'email' : protocol];
  if (expected === undefined || expected.form.test(endpoint)) return undefined;
  return {
    message: `${JSON.stringify(endpoint)} is not an endpoint for the protocol ${protocol}`,
    hint: `for example ${expected.example}`,
  };
}
