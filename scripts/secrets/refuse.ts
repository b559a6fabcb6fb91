// Why a secret cannot be changed now.
import type { Stack } from '../operator/open-spec.ts';
import { Problem } from '../operator/problem.ts';
import { nameSecret, type SecretKind, type StoredSecret } from '../operator/secret-store.ts';

/** Throws a `Problem` for a secret whose name is taken by its own past. */
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

/** A secret that only Terraform may make. */
export function describeUndeployed(stack: Stack, kind: SecretKind): Problem {
  const { name } = stack.environment;
  return new Problem({
    what: `There is no secret ${nameSecret(stack, kind)} in ${stack.region.name}.`,
    why: `Terraform makes it, as the spec says \`secrets.${kind.key}.source: managed\`, and ${name} is not deployed there.`,
    fix: `npm run deploy -- --env ${name}`,
  });
}
