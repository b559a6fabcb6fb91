// The part of Lambda's resource policies that concerns AWS services which invoke functions.
export interface InvokingService {
  /** Such as `apigateway.amazonaws.com`. */
  readonly service: string;
  readonly sourceArn: string;
}

interface PolicyStatement {
  readonly Effect?: string;
  readonly Principal?: { readonly Service?: string };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Whether a function's policy (JSON text; undefined if it has none) lets the service invoke it. */
export function mayInvoke(policy: string | undefined, caller: InvokingService): boolean {
  if (policy === undefined) return false;
  const { Statement: statements } = JSON.parse(policy) as { Statement: readonly PolicyStatement[] };
  return statements.some(
    (statement) =>
      statement.Effect === 'Allow' &&
      statement.Principal?.Service === caller.service &&
      Object.values(statement.Condition ?? {}).every((keys) => conditionsHold(keys, caller)),
  );
}

/** API Gateway is not known to send an account: a condition on it denies. Its ARN contains the account. */
function conditionsHold(keys: Readonly<Record<string, string>>, caller: InvokingService): boolean {
  return Object.entries(keys).every(([key, pattern]) => {
    if (key.toLowerCase() === 'aws:sourcearn') return matchesWildcard(pattern, caller.sourceArn);
    return false;
  });
}

function matchesWildcard(pattern: string, text: string): boolean {
  const literals = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`).test(text);
}
