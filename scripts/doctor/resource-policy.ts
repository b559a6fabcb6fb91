// Whether the policy of a resource allows a request. A condition on an unknown fact counts as met in a statement that allows,
// and as not met in one that denies.

export interface Access {
  readonly actions: readonly string[];
  /** ARN of the resource that has the policy. */
  readonly resource: string;
  /** Whether a principal in a statement, other than `*`, stands for the caller. */
  readonly isCaller: (principal: string) => boolean;
  /** Condition keys in lower case; null means that the request does not have the key. */
  readonly facts: Readonly<Record<string, string | null>>;
}

type OneOrMore = string | readonly string[];
type Principals = '*' | { readonly [kind: string]: OneOrMore };

interface Statement {
  readonly Effect: string;
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Action?: OneOrMore;
  readonly NotAction?: OneOrMore;
  readonly Resource?: OneOrMore;
  readonly NotResource?: OneOrMore;
  readonly Condition?: { readonly [test: string]: { readonly [key: string]: OneOrMore } };
}

const TEST = /^(?:(Arn|String)(Not)?(Equals|Like)(?:IgnoreCase)?|Bool)(IfExists)?$/;

/** Whether the policy allows all actions and denies none of them. */
export function allows(policy: string | undefined, access: Access): boolean {
  const { Statement = [] } = JSON.parse(policy ?? '{}') as { Statement?: Statement | Statement[] };
  return access.actions.every((action) => {
    const effects = [Statement]
      .flat()
      .filter((statement) => applies(statement, action, access))
      .map(({ Effect }) => Effect);
    return effects.includes('Allow') && !effects.includes('Deny');
  });
}

function applies(statement: Statement, action: string, { resource, isCaller, facts }: Access): boolean {
  const { Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource } = statement;
  const tests = Object.entries(statement.Condition ?? {}).flatMap(([test, keys]) =>
    Object.entries(keys).map(([key, values]) => isMet(test, facts[key.toLowerCase()], values)),
  );
  return (
    covers(
      listPrincipals(Principal),
      listPrincipals(NotPrincipal),
      (each) => each === '*' || isCaller(each),
    ) &&
    covers(Action, NotAction, (pattern) => matches(pattern, action)) &&
    covers(Resource, NotResource, (pattern) => matches(pattern, resource)) &&
    tests.every((met) => met ?? Effect === 'Allow')
  );
}

function listPrincipals(principals: Principals | undefined): readonly string[] | undefined {
  return typeof principals === 'object' ? Object.values(principals).flat() : principals && [principals];
}

function covers(
  included: OneOrMore | undefined,
  excluded: OneOrMore | undefined,
  fits: (value: string) => boolean,
): boolean {
  return excluded === undefined ? [included ?? []].flat().some(fits) : ![excluded].flat().some(fits);
}

/** Undefined if the test or the fact is unknown. */
function isMet(test: string, fact: string | null | undefined, values: OneOrMore): boolean | undefined {
  const [known, type, not, comparison, ifExists] = TEST.exec(test) ?? [];
  if (known === undefined || fact === undefined) return undefined;
  if (fact === null) return not !== undefined || ifExists !== undefined;
  const isPattern = type === 'Arn' || comparison === 'Like';
  const isFound = [values]
    .flat()
    .some((value) => (isPattern ? matches(value, fact) : String(value).toLowerCase() === fact.toLowerCase()));
  return isFound === (not === undefined);
}

/** Ignores the case: actions have none, and ARNs rarely differ in it alone. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'i').test(text);
}
