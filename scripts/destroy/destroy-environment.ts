// In this order, each step repeatable: plan, count, confirm, empty the buckets, apply that plan, look for leftovers. A
// resource belongs to the environment if the plan destroys its id; one that only has a matching name is listed and kept.
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';
import { describePlan } from '../deploy/describe-plan.ts';
import { countLosses } from '../losses/count-losses.ts';
import { emptyBuckets } from '../losses/empty-buckets.ts';
import { applyPlan } from '../operator/apply-plan.ts';
import { type Destroyed, listDestroyed } from '../operator/destroyed.ts';
import { type Stack, selectStacks } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { type SavedPlan, withPlan } from '../operator/plan-file.ts';
import { isManaged, SECRET_KINDS } from '../operator/secret-store.ts';
import { TerraformTree } from '../operator/terraform-tree.ts';
import { findLeftovers, type Leftover } from './find-leftovers.ts';
import { removeLateLogGroups } from './log-groups.ts';
import { describeNeighbours, refuseProtectedEnvironment, refuseProtectedTables } from './preview.ts';

export interface DestroyOptions {
  readonly spec: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  readonly outDir: string;
}

type DestroyOperation = Operation<{ readonly preview: boolean }>;

/** Terraform requires values for its secret variables, but a destroy ignores them. */
const UNUSED_SECRET = 'not-used-to-destroy';

/** Returns whether everything that should have been destroyed is gone. */
export async function destroyEnvironment(
  operation: DestroyOperation,
  options: DestroyOptions,
): Promise<boolean> {
  const { aws, terminal, signal } = operation;
  const { environment } = options;
  const { name } = environment;
  const caller = await aws.checkAccount(environment);
  const stacks = selectStacks(environment, [], caller);
  refuseProtectedEnvironment(environment);
  const tree = new TerraformTree({ ...options, signal });
  terminal.note(`${name}: connecting to the state`);
  await tree.init();
  const workspace = await tree.findWorkspace();
  if (workspace === undefined || !(await tree.hasResources(workspace))) {
    terminal.print(`The state in ${nameState(options)} has no resources of ${name}.`);
    return await reportUnowned(operation, stacks);
  }
  terminal.note(`${name}: planning in account ${caller.accountId}, workspace ${workspace}`);
  const env = chooseVariables(stacks);
  const args = ['-destroy', `-var-file=${name}.tfvars`];
  return await withPlan(tree, { workspace, env, args }, (plan) =>
    destroy(operation, { options, stacks, tree, workspace, env, plan }),
  );
}

interface Destruction {
  readonly options: DestroyOptions;
  readonly stacks: readonly Stack[];
  readonly tree: TerraformTree;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  readonly plan: SavedPlan;
}

async function destroy(operation: DestroyOperation, destruction: Destruction): Promise<boolean> {
  const { aws, terminal, values, onInterrupt } = operation;
  const { options, stacks, tree, workspace, env, plan } = destruction;
  const { name } = options.environment;
  const destroyed = listDestroyed(plan);
  refuseProtectedTables(name, destroyed);
  const losses = await countLosses(operation, options.environment, plan);
  const kept = await findKept(operation, stacks, destroyed);
  terminal.print([`${name}:`, ...describePlan(plan)]);
  const neighbours = stacks.flatMap((stack) => describeNeighbours(options.spec, stack, destroyed));
  for (const line of [...losses.lines, ...neighbours]) terminal.print(`  ${line}`);
  for (const leftover of kept) terminal.print(describeKept(leftover));
  if (values.preview) {
    terminal.print('Nothing was changed.');
    return true;
  }
  await terminal.confirm('This deletes all of it for good.', name);
  const again = `npx sonotheia destroy --env ${name} continues.`;
  await emptyBuckets(operation, losses.buckets, { tree, workspace, plan, again });
  onInterrupt(`The state lists the remaining resources: ${again}`);
  const failure = `${name} was not destroyed completely`;
  await applyPlan(plan, {
    tree,
    terminal,
    workspace,
    env,
    failure,
    fix: `npx sonotheia destroy --env ${name}`,
  });
  terminal.print(`${name}: destroyed.`);
  onInterrupt(`${name} is destroyed. The search for leftovers did not finish: ${again}`);
  for (const removed of await removeLateLogGroups(aws, destroyed))
    terminal.print(`${removed}: was still there, with the last logs; deleted.`);
  return await reportLeftovers(operation, stacks, destroyed);
}

function nameState({ environment, outDir }: DestroyOptions): string {
  return environment.state === null ? outDir : `s3://${environment.state.bucket}`;
}

function chooseVariables(stacks: readonly Stack[]): Record<string, string> {
  const managed = SECRET_KINDS.filter((kind) => stacks.some((stack) => isManaged(stack, kind)));
  return Object.fromEntries(managed.map(({ variable }) => [`TF_VAR_${variable}`, UNUSED_SECRET]));
}

/** Finds resources with a name of the environment that the plan does not destroy. */
async function findKept(
  { aws, terminal }: Operation,
  stacks: readonly Stack[],
  destroyed: readonly Destroyed[],
): Promise<Leftover[]> {
  terminal.note('Looking for resources outside the state');
  const leftovers = await findLeftovers(aws, stacks, []);
  return leftovers.filter((leftover) => !isAmong(destroyed, leftover));
}

function isAmong(destroyed: readonly Destroyed[], { type, region, id }: Leftover): boolean {
  return destroyed.some((each) => each.type === type && each.region === region && each.id === id);
}

function describeKept({ what, fix }: Leftover): string[] {
  return [`not Terraform's, kept: ${what}`, ...(fix === undefined ? [] : [`  ${fix}`])];
}

/** For an empty state: any resource found is another owner's, or left by an interrupted deployment. */
async function reportUnowned(operation: Operation, stacks: readonly Stack[]): Promise<boolean> {
  const { terminal } = operation;
  const kept = await findKept(operation, stacks, []);
  for (const leftover of kept) terminal.print(describeKept(leftover));
  const name = stacks[0]?.environment.name ?? '';
  const surprising = kept.filter(({ isExpected }) => !isExpected);
  if (surprising.length === 0)
    terminal.print(`Nothing ${kept.length === 0 ? '' : 'else '}is left of ${name}.`);
  else
    terminal.note(
      `If its state is in another folder or on another machine, destroy it there. If an interrupted deployment left it, \`npx sonotheia deploy --env ${name}\` says how to take it into the state; then destroy it.`,
    );
  return surprising.length === 0;
}

/** Fails if AWS still has a resource that Terraform destroyed; lists the others as kept. */
async function reportLeftovers(
  { aws, terminal }: Operation,
  stacks: readonly Stack[],
  destroyed: readonly Destroyed[],
): Promise<boolean> {
  terminal.note('Looking for leftovers');
  const name = stacks[0]?.environment.name ?? '';
  const logGroups = destroyed.filter(({ type }) => type === 'aws_cloudwatch_log_group').map(({ id }) => id);
  const leftovers = await findLeftovers(aws, stacks, logGroups);
  const left = leftovers.filter((leftover) => isAmong(destroyed, leftover));
  for (const leftover of leftovers) {
    const { what, fix } = leftover;
    if (!left.includes(leftover)) terminal.print(describeKept(leftover));
    else terminal.print([`left: ${what}`, ...(fix === undefined ? [] : [`  ${fix}`])]);
  }
  const isGone = left.every(({ isExpected }) => isExpected);
  if (isGone) terminal.print(`Nothing ${leftovers.length === 0 ? '' : 'else '}is left of ${name}.`);
  return isGone;
}
