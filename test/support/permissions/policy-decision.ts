// Whether identity policies allow a request, as IAM decides it for the elements and operators that the generated policies use.
// Any other is an error.
import type { Statement } from './role-policies.ts';

export interface PolicyRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition key -> its value in the request; keys that the request lacks are missing. */
  readonly context?: Context;
}

/** Keys of several values have a list. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

export function isAllowed(statements: readonly Statement[], request: PolicyRequest): boolean {
  for (const statement of statements)
    if (statement.Effect !== 'Allow' || 'NotAction' in statement || 'NotResource' in statement)
      throw new Error(`not decided here: ${JSON.stringify(statement)}`);
  return statements.some(
    ({ Action, Resource, Condition }) =>
      [Action].flat().some((action) => matches(action.toLowerCase(), request.action.toLowerCase())) &&
      [Resource ?? '*'].flat().some((resource) => matches(resource, request.resource)) &&
      Object.entries((Condition ?? {}) as Record<string, Record<string, string | string[]>>).every(
        ([operator, keys]) =>
          Object.entries(keys).every(([key, values]) =>
            isMet(operator, [values].flat(), findValue(request.context ?? {}, key)),
          ),
      ),
  );
}

function findValue(context: Context, key: string): string | readonly string[] | undefined {
  const name = Object.keys(context).find((known) => known.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : context[name];
}

function isMet(
  operator: string,
  values: readonly string[],
  actual: string | readonly string[] | undefined,
): boolean {
  const [, ofEach] = /^ForAllValues:(.+)$/.exec(operator) ?? [];
  if (ofEach !== undefined) return [actual ?? []].flat().every((one) => isMet(ofEach, values, one));
  if (operator === 'Null') return values.includes(String(actual === undefined));
  if (operator.endsWith('IfExists'))
    return actual === undefined || isMet(operator.slice(0, -'IfExists'.length), values, actual);
  if (actual === undefined) return false;
  if (typeof actual !== 'string') throw new Error(`${operator} of several values: ${actual.join(', ')}`);
  if (operator === 'StringEquals' || operator === 'Bool') return values.includes(actual);
  if (['StringLike', 'ArnLike', 'ArnEquals'].includes(operator))
    return values.some((value) => matches(value, actual));
  throw new Error(`no such operator here: ${operator}`);
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}
