// Empties the buckets that a confirmed plan destroys, right before it is applied.

import { Problem } from '../../generator/command-line/problem.ts';
import type { Operation } from '../operator/operation.ts';
import type { SavedPlan } from '../operator/plan-file.ts';
import type { TerraformTree } from '../operator/terraform-tree.ts';
import type { BucketContents } from './bucket-contents.ts';
import { emptyBucket } from './empty-bucket.ts';

export interface EmptyingOptions {
  readonly tree: TerraformTree;
  readonly workspace: string;
  readonly plan: SavedPlan;
  /** How to continue after an interruption. */
  readonly again: string;
}

/** If the state has changed, deletes nothing and throws a `Problem`: a bucket may have left the state. */
export async function emptyBuckets(
  { aws, terminal, signal, onInterrupt }: Operation,
  buckets: readonly BucketContents[],
  { tree, workspace, plan, again }: EmptyingOptions,
): Promise<void> {
  if (buckets.length === 0) return;
  if ((await tree.readStateVersion(workspace)) !== plan.stateVersion)
    throw new Problem({
      what: 'The state has changed since the plan was made. Nothing was changed.',
      why: 'Another run changed it: resources that the plan destroys may no longer be in it.',
      fix: 'run this again, and review the new plan',
    });
  for (const bucket of buckets) {
    onInterrupt(`Some objects of ${bucket.name} were deleted, and nothing else: ${again}`);
    const deleted = await emptyBucket(aws, bucket, signal, terminal.startProgress());
    terminal.print(`${bucket.name}: ${deleted} object versions deleted.`);
  }
}
