// Log groups that came back after Terraform had deleted them: what a function or an API was still writing makes them anew.
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Destroyed } from '../operator/destroyed.ts';

/** Deletes those that Terraform has just destroyed and no others; returns the names of those that were there. */
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
