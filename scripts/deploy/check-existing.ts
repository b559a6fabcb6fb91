// Finds resources that the plan would create but that AWS already has: from a deployment killed before it wrote the state,
// made by hand, or in another state. For most types AWS would refuse the second one halfway through the apply, or create a
// duplicate; others Terraform would silently take over. Reported before the apply, with `terraform import` commands.

import { Problem } from '../../generator/command-line/problem.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { isAccessDenied } from '../operator/explain-aws-error.ts';
import { findResource, RESOURCE_KINDS } from '../operator/find-resource.ts';
import { forEachConcurrently } from '../operator/for-each.ts';
import type { SavedPlan } from '../operator/plan-file.ts';
import type { Attributes } from '../operator/resource-kind.ts';
import { quote } from '../operator/terraform-command.ts';
import type { TerraformTree } from '../operator/terraform-tree.ts';

const ASKED_AT_ONCE = 8;

interface Existing {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly region: string;
  readonly importId: string;
}

export interface ExistingOptions {
  readonly tree: TerraformTree;
  readonly workspace: string;
  readonly environment: string;
  /** Names of the secret variables: `terraform import` needs a value for each. */
  readonly variables: readonly string[];
  readonly signal: AbortSignal;
}

/** Returns a line for each resource that Terraform would take over; throws a `Problem` if any must be imported. */
export async function checkExisting(
  aws: AwsAccess,
  plan: SavedPlan,
  options: ExistingOptions,
): Promise<string[]> {
  const existing = await findExisting(aws, plan, options.signal);
  if (existing.length === 0) return [];
  const refused = existing.filter(({ type }) => RESOURCE_KINDS[type]?.way === 'import');
  const lines = existing.map(
    ({ type, name, region }) => `${RESOURCE_KINDS[type]?.title} ${name} in ${region}`,
  );
  if (refused.length === 0) return lines.map((line) => `${line} exists already, and is not in the state`);
  const secrets = refused.filter(({ type }) => type === 'aws_secretsmanager_secret');
  const advice = secrets.length > 0 ? '; or say `source: existing` for a secret that you keep by hand' : '';
  throw new Problem({
    what: `AWS has ${existing.length} resources that this plan would create, and the state does not have them. Nothing was made.`,
    why: lines.join('\n'),
    fix: [
      `if they are what an interrupted deployment left, or are to be taken over, run these and deploy again; if not, choose other names, or delete them${advice}`,
      ...existing.map((each) => formatImport(each, options)),
    ].join('\n'),
  });
}

async function findExisting(
  aws: AwsAccess,
  { changes }: SavedPlan,
  signal: AbortSignal,
): Promise<Existing[]> {
  const found = new Map<string, Existing>();
  const made = changes.filter(({ action, type }) => action === 'create' && type in RESOURCE_KINDS);
  await forEachConcurrently(made, ASKED_AT_ONCE, signal, async ({ address, type, after }) => {
    const name = after[RESOURCE_KINDS[type]?.nameAttribute ?? ''];
    const region = /^module\.([a-z0-9_]+)\[0\]\./.exec(address)?.[1]?.replaceAll('_', '-');
    // A name that is known only after the apply cannot exist yet.
    if (typeof name !== 'string' || region === undefined) return;
    const importId = await findIfAllowed(aws, { type, region, name }, after);
    if (importId !== undefined) found.set(address, { address, type, name, region, importId });
  });
  return changes.flatMap(({ address }) => found.get(address) ?? []);
}

/** Without permission to look, nothing is reported: AWS would refuse the apply itself. */
async function findIfAllowed(
  aws: AwsAccess,
  { type, region, name }: Pick<Existing, 'type' | 'region' | 'name'>,
  attributes: Attributes,
): Promise<string | undefined> {
  try {
    return await findResource(aws, type, region, name, attributes);
  } catch (error) {
    if (isAccessDenied(error)) return undefined;
    throw error;
  }
}

/** A command to paste. An import ignores the values of the secret variables. */
function formatImport(
  { address, importId }: Existing,
  { tree, workspace, environment, variables }: ExistingOptions,
): string {
  const secrets = variables.map((name) => `-var ${name}=not-used-to-import `).join('');
  return `${tree.formatCommand(workspace)} import -var-file=${environment}.tfvars ${secrets}${quote(address)} ${quote(importId)}`;
}
