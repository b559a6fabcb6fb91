// Problems that prevent a change of a secret.

import { Problem } from '../../generator/command-line/problem.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { nameSecret, readSecret, type SecretKind, type StoredSecret } from '../operator/secret-store.ts';

/** Throws a `Problem` if the secret is scheduled for deletion, which keeps its name taken. */
export function refuseDeleted(stack: Stack, kind: SecretKind, stored: StoredSecret): void {
  if (stored.state !== 'deleted') return;
  const name = nameSecret(stack, kind);
  const region = stack.region.name;
  throw new Problem({
    what: `${name} in ${region} was deleted on ${stored.deletedAt.toISOString().slice(0, 10)}.`,
    why: 'Its name is taken until its recovery window is over.',
    fix: `aws secretsmanager restore-secret --secret-id ${name} --region ${region}`,
  });
}

/** The problem of a missing secret that Terraform must create. */
export function describeUndeployed(stack: Stack, kind: SecretKind): Problem {
  const { name } = stack.environment;
  return new Problem({
    what: `There is no secret ${nameSecret(stack, kind)} in ${stack.region.name}.`,
    why: `Terraform makes it, as the spec says \`secrets.${kind.key}.source: managed\`, and ${name} is not deployed there.`,
    fix: `npx sonotheia deploy --env ${name}`,
  });
}

/** Throws a `Problem` if the secret was rotated meanwhile: writing would drop the value in use. */
export async function refuseChanged(
  aws: AwsAccess,
  stack: Stack,
  kind: SecretKind,
  seen: StoredSecret & { readonly state: 'present' },
): Promise<void> {
  const now = await readSecret(aws, stack, kind);
  if (now.state === 'present' && now.current.id === seen.current.id) return;
  throw new Problem({
    what: `${nameSecret(stack, kind)} in ${stack.region.name} changed meanwhile. The new value was kept.`,
    fix: `npx sonotheia secrets check ${kind.key} --env ${stack.environment.name} shows it; then decide again`,
  });
}
