// The log groups of a stack: what is left of them, and what came back after Terraform had deleted them.
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import { findNamed, type Leftover } from './find-leftovers.ts';

/** Deletes log groups that were written to again while everything went; returns their names. */
export async function removeLateLogGroups(
  aws: AwsAccess,
  stacks: readonly Stack[],
  logGroups: readonly string[],
): Promise<string[]> {
  const removed: string[] = [];
  for (const stack of stacks) {
    // While a function or an API is there, so may its logs be.
    if ((await findNamed(aws, stack)).length > 0) continue;
    for (const logGroupName of await findLogGroups(aws, stack, logGroups)) {
      await aws
        .client(CloudWatchLogsClient, stack.region.name)
        .send(new DeleteLogGroupCommand({ logGroupName }));
      removed.push(logGroupName);
    }
  }
  return removed;
}

/** Names of those that are there, for all that the stack writes to. */
export async function findLogGroups(
  aws: AwsAccess,
  { region, names }: Stack,
  others: readonly string[],
): Promise<string[]> {
  const client = aws.client(CloudWatchLogsClient, region.name);
  const wanted = [
    `/aws/lambda/${names.webhookFunction}`,
    `/aws/lambda/${names.audioFunction}`,
    names.apiLogGroup,
    names.wafLogGroup,
    ...others,
  ];
  const found = await Promise.all(
    wanted.map(async (logGroupNamePrefix) => {
      const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
      return logGroups.some(({ logGroupName }) => logGroupName === logGroupNamePrefix)
        ? [logGroupNamePrefix]
        : [];
    }),
  );
  return found.flat();
}

/** As something that is left. */
export function describeLogGroup({ region }: Stack, name: string): Leftover {
  const fix = `aws logs delete-log-group --log-group-name ${name} --region ${region.name}`;
  return { what: `log group ${name} in ${region.name}`, fix, isExpected: false };
}
