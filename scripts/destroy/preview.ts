// Reasons to refuse the destruction of an environment, and its effects on others in the account. Pure.

import { Problem } from '../../generator/command-line/problem.ts';
import { mayShareAccount } from '../../generator/spec/accounts.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';
import type { Destroyed } from '../operator/destroyed.ts';
import type { Stack } from '../operator/open-spec.ts';

/** Throws a `Problem` if the environment is protected. */
export function refuseProtectedEnvironment({ name, protected: isProtected }: ResolvedEnvironment): void {
  if (!isProtected) return;
  throw new Problem({
    what: `${name} is protected. Nothing was changed.`,
    why: `The spec says \`protected: true\` for ${name}.`,
    fix: describeWayOut(name),
  });
}

/** Throws a `Problem` if a table in the plan has deletion protection. */
export function refuseProtectedTables(environment: string, destroyed: readonly Destroyed[]): void {
  const table = destroyed.find(
    ({ type, attributes }) =>
      type === 'aws_dynamodb_table' && attributes.deletion_protection_enabled === true,
  );
  if (table === undefined) return;
  throw new Problem({
    what: `The table ${table.id} in ${table.region} has deletion protection. Nothing was changed.`,
    why: 'DynamoDB would refuse, with the rest of the environment destroyed by then.',
    fix: `set \`dynamodb.deletion_protection: false\` for ${environment}; ${describeWayOut(environment)}`,
  });
}

function describeWayOut(environment: string): string {
  return `take the protection away in an apply of its own (docs/environments.md#protected-environments): npx sonotheia generate, npx sonotheia deploy --env ${environment}; then destroy`;
}

/** Returns lines about other environments: all of an account and region share API Gateway's logging role. */
export function describeNeighbours(
  spec: ResolvedSpec,
  { environment, region }: Stack,
  destroyed: readonly Destroyed[],
): string[] {
  const isDestroyed = destroyed.some(
    (each) => each.type === 'aws_api_gateway_account' && each.region === region.name,
  );
  if (!isDestroyed) return [];
  const others = spec.environments.filter(
    (other) =>
      other.name !== environment.name &&
      mayShareAccount(other.accountId, environment.accountId) &&
      other.regions.some(({ name, settings }) => name === region.name && settings.api_gateway.enabled),
  );
  const names = others.map(({ name }) => name).join(', ');
  return names === ''
    ? []
    : [
        `API Gateway's logging role in ${region.name}, which ${names} may use too: deploy one of them again with \`account_role: always\``,
      ];
}
