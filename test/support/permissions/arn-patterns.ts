// Whether an ARN of a policy, with wildcards, and a resource type's ARN of the service authorization reference, with
// placeholders, can be the same.

/** Placeholders whose values may contain slashes. */
const WITH_SLASHES = new Set([
  'AlarmName',
  'Alias',
  'ApiSpecificResourcePath',
  'LogGroupName',
  'LogStreamName',
  'ObjectName',
  'RoleNameWithPath',
  'SecretId',
]);

/** A character; `*` any text, `?` any character; a placeholder is any text without a colon, and often without a slash. */
interface Token {
  readonly kind: 'character' | 'any' | 'one' | 'segment';
  readonly text: string;
}

export function canBeSame(policyArn: string, referenceArn: string): boolean {
  return overlap(readPolicyArn(policyArn), readReferenceArn(referenceArn));
}

function readPolicyArn(arn: string): Token[] {
  return [...arn].map((text) => ({ kind: text === '*' ? 'any' : text === '?' ? 'one' : 'character', text }));
}

function readReferenceArn(arn: string): Token[] {
  return [...arn.matchAll(/\$\{(\w+)\}|(.)/gs)].map(([, name, text = '']) =>
    name === undefined
      ? { kind: 'character', text }
      : { kind: 'segment', text: WITH_SLASHES.has(name) ? ':' : ':/' },
  );
}

/** Whether two patterns have a text in common. */
function overlap(left: readonly Token[], right: readonly Token[]): boolean {
  const known = new Map<number, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = i * (right.length + 1) + j;
    const found = known.get(key) ?? step(i, j);
    known.set(key, found);
    return found;
  };
  const step = (i: number, j: number): boolean => {
    const [a, b] = [left[i], right[j]];
    if (a === undefined && b === undefined) return true;
    if (a?.kind === 'any') return from(i + 1, j) || (b !== undefined && from(i, j + 1));
    if (b?.kind === 'segment') return from(i, j + 1) || (a !== undefined && isWithin(a, b) && from(i + 1, j));
    return (
      a !== undefined && b !== undefined && (a.kind === 'one' || a.text === b.text) && from(i + 1, j + 1)
    );
  };
  return from(0, 0);
}

function isWithin(token: Token, segment: Token): boolean {
  return token.kind === 'one' || !segment.text.includes(token.text);
}
