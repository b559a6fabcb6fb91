// One environment: connect, plan, show, ask, apply.

import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';
import { countLosses, type Losses } from '../losses/count-losses.ts';
import { emptyBuckets } from '../losses/empty-buckets.ts';
import { applyPlan } from '../operator/apply-plan.ts';
import { selectStacks } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { type SavedPlan, withPlan } from '../operator/plan-file.ts';
import { recordDeployment } from '../operator/record-deployment.ts';
import { TerraformTree } from '../operator/terraform-tree.ts';
import { checkBucketNames } from './check-bucket-names.ts';
import { checkExisting } from './check-existing.ts';
import { describePlan, listLosses, listLostAddresses } from './describe-plan.ts';
import { obtainSecrets, type SecretVariables } from './secret-variables.ts';

export interface DeployOptions {
  readonly spec: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  readonly outDir: string;
}

type DeployOperation = Operation<{ readonly show: boolean; readonly yes: boolean }>;

/** Throws a `Problem` unless the environment matches its spec afterwards. */
export async function deployEnvironment(operation: DeployOperation, options: DeployOptions): Promise<void> {
  const { aws, terminal, signal, onInterrupt } = operation;
  const { environment } = options;
  const { name } = environment;
  const caller = await aws.checkAccount(environment);
  const stacks = selectStacks(environment, [], caller);
  const secrets = await obtainSecrets(operation, stacks);
  const tree = new TerraformTree({ ...options, signal });
  terminal.note(`${name}: connecting to the state`);
  await tree.init();
  const workspace = (await tree.findWorkspace()) ?? name;
  await tree.selectWorkspace(workspace);
  terminal.note(`${name}: planning in account ${caller.accountId}, workspace ${workspace}`);
  const args = [`-var-file=${name}.tfvars`];
  await withPlan(tree, { workspace, env: secrets.env, args }, async (plan) => {
    if (!plan.hasChanges) {
      terminal.print(`${name}: nothing to change.`);
      for (const line of secrets.describe(plan)) terminal.note(line);
      markDeployed(operation, options);
      return;
    }
    await checkBucketNames(aws, stacks, plan);
    const variables = Object.keys(secrets.env).map((variable) => variable.replace('TF_VAR_', ''));
    const existing = await checkExisting(aws, plan, {
      tree,
      workspace,
      environment: name,
      variables,
      signal,
    });
    for (const line of existing) terminal.note(line);
    await show(operation, { tree, plan, name, secrets });
    const losses = await countLosses(operation, environment, plan);
    await confirm(operation, environment, {
      data: [...listLosses(plan), ...secrets.listLosses(plan)],
      addresses: listLostAddresses(plan),
      counts: losses.lines,
    });
    const again = `npx sonotheia deploy --env ${name} continues.`;
    await emptyBuckets(operation, losses.buckets, { tree, workspace, plan, again });
    await applyAndMark(operation, options, { tree, plan, workspace, env: secrets.env });
    terminal.print(`${name}: deployed.`);
    onInterrupt(`${name} is deployed.`);
    await printUrls(operation, tree, workspace);
  });
}

interface Reviewed {
  readonly tree: TerraformTree;
  readonly plan: SavedPlan;
  readonly workspace: string;
  readonly env: SecretVariables['env'];
}

/** Marks the environment as deployed also after a failed apply that may have created a part of it. */
async function applyAndMark(
  operation: DeployOperation,
  options: DeployOptions,
  { tree, plan, workspace, env }: Reviewed,
): Promise<void> {
  const { terminal, onInterrupt } = operation;
  const { name } = options.environment;
  onInterrupt(`The state lists the resources created so far: npx sonotheia deploy --env ${name} continues.`);
  const failure = `${name} was not deployed`;
  const fix = `npx sonotheia deploy --env ${name}, which continues from there`;
  try {
    await applyPlan(plan, { tree, terminal, workspace, env, failure, fix });
  } catch (error) {
    if (await tree.hasResources(workspace).catch(() => true)) markDeployed(operation, options);
    throw error;
  }
  markDeployed(operation, options);
}

function markDeployed({ terminal }: Operation, { environment, outDir }: DeployOptions): void {
  recordDeployment({ outDir, environment: environment.name, isDeployed: true }, terminal);
}

interface Shown {
  readonly tree: TerraformTree;
  readonly plan: SavedPlan;
  readonly name: string;
  readonly secrets: SecretVariables;
}

async function show(
  { terminal, values }: DeployOperation,
  { tree, plan, name, secrets }: Shown,
): Promise<void> {
  if (values.show) {
    const { stdout } = await tree.mustRun(['show', '-no-color', plan.file]);
    terminal.note(stdout.split('\n'));
  }
  terminal.print([`${name}:`, ...describePlan(plan)]);
  for (const line of secrets.describe(plan)) terminal.note(line);
}

interface Loss {
  readonly data: readonly string[];
  /** URLs, topics and subscriptions that others use. */
  readonly addresses: readonly string[];
  readonly counts: Losses['lines'];
}

/** Asks for the environment's name; `--yes` skips this only if nothing is lost. */
async function confirm(
  { terminal, values }: DeployOperation,
  { name, protected: isProtected }: ResolvedEnvironment,
  { data, addresses, counts }: Loss,
): Promise<void> {
  const losses = [...data, ...counts];
  if (data.length > 0 && isProtected)
    throw new Problem({
      what: `${name} is protected, and the plan would destroy data. Nothing was changed.`,
      why: losses.join('\n'),
      fix: 'remove the protection first, in a separate apply: docs/environments.md#protected-environments',
    });
  if (data.length > 0) terminal.note(['THIS LOSES DATA:', ...losses.map((loss) => `  ${loss}`)]);
  if (addresses.length > 0)
    terminal.note(['OTHERS LOSE AN ADDRESS:', ...addresses.map((address) => `  ${address}`)]);
  if (data.length + addresses.length === 0 && values.yes) return;
  await terminal.confirm(`Apply this to ${name}?`, name);
}

async function printUrls({ terminal }: Operation, tree: TerraformTree, workspace: string): Promise<void> {
  const { webhook_urls } = await tree.readOutputs(workspace);
  if (typeof webhook_urls !== 'object' || webhook_urls === null) return;
  for (const [region, url] of Object.entries(webhook_urls))
    if (typeof url === 'string') terminal.print(`  webhook in ${region}: ${url}`);
}
