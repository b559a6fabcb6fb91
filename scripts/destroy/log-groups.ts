// Log groups that a function or an API created again by its last log lines, after Terraform had deleted them.
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Destroyed } from '../operator/destroyed.ts';

/** Deletes only log groups that Terraform has just destroyed; returns the names of those that had come back. */
export async function removeLateLogGroups(
  aws: AwsAccess,
  destroyed: readonly Destroyed[],
): Promise<string[]> {
  const removed: string[] = [];
  for (const { type, region, id } of destroyed) {
    if (type !== 'aws_cloudwatch_log_group') continue;
    try {
      await aws.client(CloudWatchLogsClient, region).send(new DeleteLogGroupCommand({ logGroupName: id }));
      removed.push(id);
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  }
  return removed;
}
