// What stands against destroying an environment, and what data goes with it.
import {
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { mayShareAccount } from '../../generator/spec/accounts.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { Problem } from '../operator/problem.ts';
import { isManaged, nameSecret, SECRET_KINDS } from '../operator/secret-store.ts';
import type { BucketContents } from './bucket-contents.ts';

/** Throws a `Problem` where the spec or the table says that the environment stays. */
export async function refuseProtected(
  aws: AwsAccess,
  { name, protected: isProtected }: ResolvedEnvironment,
  stacks: readonly Stack[],
): Promise<void> {
  const fix = `take the protection away in an apply of its own (docs/environments.md#protected-environments): npm run generate, npm run deploy -- --env ${name}; then destroy`;
  if (isProtected)
    throw new Problem({
      what: `${name} is protected. Nothing was changed.`,
      why: `The spec says \`protected: true\` for ${name}.`,
      fix,
    });
  for (const stack of stacks) {
    const table = await findTable(aws, stack);
    if (table?.DeletionProtectionEnabled === true)
      throw new Problem({
        what: `The table ${stack.names.table} in ${stack.region.name} has deletion protection. Nothing was changed.`,
        why: 'DynamoDB would refuse, with the rest of the environment destroyed by then.',
        fix: `set \`dynamodb.deletion_protection: false\` for ${name}; ${fix}`,
      });
  }
}

/** Lines of text: data by amount, and what others of the account lose. */
export async function describeData(
  aws: AwsAccess,
  spec: ResolvedSpec,
  stacks: readonly Stack[],
  buckets: readonly BucketContents[],
): Promise<string[]> {
  const audio = buckets.map(
    ({ name, versions, deleteMarkers, bytes }) =>
      `  bucket ${name}: ${versions} object versions (${(bytes / 1e6).toFixed(1)} MB), ${deleteMarkers} delete markers`,
  );
  const tables = await Promise.all(
    stacks.map(async (stack) => {
      const count = (await findTable(aws, stack))?.ItemCount;
      return count === undefined
        ? []
        : [`  table ${stack.names.table} in ${stack.region.name}: about ${count} items`];
    }),
  );
  return [
    ...audio,
    ...tables.flat(),
    ...stacks.flatMap(describeSecrets),
    ...stacks.flatMap((stack) => describeNeighbours(spec, stack)),
  ];
}

function describeSecrets(stack: Stack): string[] {
  const days = stack.region.settings.secrets.recovery_window_days;
  return SECRET_KINDS.filter((kind) => isManaged(stack, kind)).map(
    (kind) =>
      `  secret ${nameSecret(stack, kind)} in ${stack.region.name}: ${days === 0 ? 'gone at once' : `can be restored for ${days} days, with its name taken`}`,
  );
}

/** API Gateway's logging role serves all environments of the account and region. */
function describeNeighbours(spec: ResolvedSpec, { environment, region }: Stack): string[] {
  if (region.settings.api_gateway.account_role !== 'always') return [];
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
        `  API Gateway's logging role in ${region.name}, which ${names} may use too: deploy one of them again with \`account_role: always\``,
      ];
}

async function findTable(aws: AwsAccess, { region, names }: Stack): Promise<TableDescription | undefined> {
  try {
    const { Table } = await aws
      .client(DynamoDBClient, region.name)
      .send(new DescribeTableCommand({ TableName: names.table }));
    return Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
