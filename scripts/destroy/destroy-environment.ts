// Preview, the name, empty buckets, terraform destroy, a look for what is left: in this order, each step repeatable.
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';
import { describePlan } from '../deploy/describe-plan.ts';
import { applyPlan } from '../operator/apply-plan.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import { type SavedPlan, withPlan } from '../operator/plan-file.ts';
import type { Operation } from '../operator/run-command.ts';
import { isManaged, SECRET_KINDS } from '../operator/secret-store.ts';
import { TerraformTree } from '../operator/terraform-tree.ts';
import { listBuckets } from './bucket-contents.ts';
import { emptyBucket } from './empty-bucket.ts';
import { findLeftovers } from './find-leftovers.ts';
import { removeLateLogGroups } from './log-groups.ts';
import { describeData, refuseProtected } from './preview.ts';

export interface DestroyOptions {
  readonly spec: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  readonly outDir: string;
}

/** Terraform wants values for its secret variables; to destroy it does nothing with them. */
const UNUSED_SECRET = 'not-used-to-destroy';

/** Whether nothing is left of the environment. */
export async function destroyEnvironment(operation: Operation, options: DestroyOptions): Promise<boolean> {
  const { aws, terminal, signal } = operation;
  const { environment } = options;
  const { name } = environment;
  const caller = await aws.checkAccount(environment);
  const stacks = selectStacks(environment, [], caller);
  await refuseProtected(aws, environment, stacks);
  const tree = new TerraformTree({ ...options, signal });
  terminal.note(`${name}: connecting to the state`);
  await tree.init();
  const workspace = await tree.findWorkspace();
  if (workspace === undefined || !(await tree.hasResources(workspace))) {
    terminal.print(`${name}: Terraform has nothing of it.`);
    return await reportLeftovers(operation, stacks, []);
  }
  terminal.note(`${name}: planning in account ${caller.accountId}, workspace ${workspace}`);
  const env = chooseVariables(stacks);
  const args = ['-destroy', `-var-file=${name}.tfvars`];
  const logGroups = await findLogGroups(tree, workspace);
  const isDestroyed = await withPlan(tree, { workspace, env, args }, (plan) =>
    destroy(operation, { options, stacks, tree, workspace, env, plan }),
  );
  if (!isDestroyed) return true;
  for (const removed of await removeLateLogGroups(aws, stacks, logGroups))
    terminal.print(`${removed}: was still there, with the last logs; deleted.`);
  return await reportLeftovers(operation, stacks, logGroups);
}

interface Destruction {
  readonly options: DestroyOptions;
  readonly stacks: readonly Stack[];
  readonly tree: TerraformTree;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  readonly plan: SavedPlan;
}

/** False for a preview. */
async function destroy(operation: Operation, destruction: Destruction): Promise<boolean> {
  const { aws, terminal, values, signal, onInterrupt } = operation;
  const { options, stacks, tree, workspace, env, plan } = destruction;
  const { name } = options.environment;
  const buckets = await listBuckets(aws, stacks, signal, terminal.startProgress());
  terminal.print([`${name}:`, ...describePlan(plan)].join('\n'));
  for (const line of await describeData(aws, options.spec, stacks, buckets)) terminal.print(line);
  if (values.isSet('preview')) {
    terminal.print('Nothing was changed.');
    return false;
  }
  await terminal.confirm('All of this goes, and cannot be had back.', name);
  const again = `npm run destroy -- --env ${name} goes on.`;
  for (const bucket of buckets) {
    onInterrupt(`Nothing but objects of ${bucket.name} was deleted, not all of them: ${again}`);
    const deleted = await emptyBucket(aws, bucket, signal, terminal.startProgress());
    terminal.print(`${bucket.name}: ${deleted} object versions deleted.`);
  }
  onInterrupt(`What is left is in the state: ${again}`);
  const failure = `${name} was not destroyed completely`;
  await applyPlan(plan, { tree, terminal, workspace, env, failure, fix: `npm run destroy -- --env ${name}` });
  terminal.print(`${name}: destroyed.`);
  onInterrupt(`${name} is destroyed; what is left was not looked for: ${again}`);
  return true;
}

function chooseVariables(stacks: readonly Stack[]): Record<string, string> {
  const managed = SECRET_KINDS.filter((kind) => stacks.some((stack) => isManaged(stack, kind)));
  return Object.fromEntries(managed.map(({ variable }) => [`TF_VAR_${variable}`, UNUSED_SECRET]));
}

/** The names that only the state has: API Gateway's own log groups carry the API's id. */
async function findLogGroups(tree: TerraformTree, workspace: string): Promise<string[]> {
  const { stdout } = await tree.mustRun(['show', '-json', '-no-color'], { workspace });
  return [...stdout.matchAll(/"name":"(API-Gateway-Execution-Logs_[^"]+)"/g)].map(([, name = '']) => name);
}

async function reportLeftovers(
  operation: Operation,
  stacks: readonly Stack[],
  logGroups: readonly string[],
): Promise<boolean> {
  const { aws, terminal } = operation;
  terminal.note('Looking for what is left');
  const name = stacks[0]?.environment.name ?? '';
  const leftovers = await findLeftovers(aws, stacks, logGroups);
  const bad = leftovers.filter(({ isExpected }) => !isExpected);
  for (const { what, fix } of leftovers)
    terminal.print(`left: ${what}${fix === undefined ? '' : `\n  ${fix}`}`);
  if (bad.length === 0) terminal.print(`Nothing ${leftovers.length === 0 ? '' : 'else '}is left of ${name}.`);
  return bad.length === 0;
}
