// Whether the policy of a resource lets Amazon SNS use it for one topic. Statements with conditions other than those on the
// source count as if they were not there.

export interface Delivery {
  readonly topicArn: string;
  readonly accountId: string;
}

interface Statement {
  readonly Effect: string;
  readonly Principal?: '*' | { readonly [kind: string]: string | readonly string[] };
  readonly Action?: string | readonly string[];
  readonly Condition?: { readonly [test: string]: { readonly [key: string]: string | readonly string[] } };
}

/** Whether the statements that apply to the topic allow all `actions` together. */
export function allowsSns(
  policy: string | undefined,
  actions: readonly string[],
  delivery: Delivery,
): boolean {
  const { Statement = [] } = JSON.parse(policy ?? '{}') as { Statement?: Statement | Statement[] };
  const allowed = [Statement]
    .flat()
    .filter((each) => each.Effect === 'Allow' && isForSns(each) && isForTopic(each, delivery))
    .flatMap(({ Action = [] }) => [Action].flat());
  return actions.every((action) => allowed.some((pattern) => matches(pattern, action)));
}

function isForSns({ Principal }: Statement): boolean {
  if (Principal === '*') return true;
  const { Service = [], AWS = [] } = Principal ?? {};
  return [Service].flat().includes('sns.amazonaws.com') || [AWS].flat().includes('*');
}

function isForTopic({ Condition = {} }: Statement, { topicArn, accountId }: Delivery): boolean {
  const facts: Readonly<Record<string, string | undefined>> = {
    'aws:sourcearn': topicArn,
    'aws:sourceaccount': accountId,
  };
  return Object.entries(Condition).every(([test, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      const fact = facts[key.toLowerCase()];
      const isPositive = /^(?:Arn|String)(?:Equals|Like)(?:IfExists)?$/.test(test);
      return fact !== undefined && isPositive && [values].flat().some((value) => matches(value, fact));
    }),
  );
}

/** Actions ignore the case, ARNs of topics have no names that differ in it alone. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}
