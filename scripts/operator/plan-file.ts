// A saved plan, in a folder that only the operator may read, since below Terraform 1.11 it holds secrets. The apply uses
// the very plan that was shown; it is removed afterwards.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../../generator/command-line/temporary-folder.ts';
import { findWeakening } from '../workflow/data-resources.mjs';
import type { TerraformTree } from './terraform-tree.ts';

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'import' | 'forget';
  /** For an update: names of the attributes that change. */
  readonly attributes: readonly string[];
  /** Current attributes, as refreshed by the plan; empty for a new resource. */
  readonly before: Readonly<Record<string, unknown>>;
  /** The loss that a change causes to a resource that stays, such as a shorter retention. */
  readonly weakening: string | undefined;
  /** Planned attributes, as far as they are known; empty for a deleted resource. */
  readonly after: Readonly<Record<string, unknown>>;
}

export interface SavedPlan {
  readonly file: string;
  readonly changes: readonly ResourceChange[];
  /** Whether the plan changes anything, outputs included. */
  readonly hasChanges: boolean;
  /** Version of the state that the plan was made from. Terraform refuses to apply it to another one. */
  readonly stateVersion: string;
}

export interface PlanOptions {
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  /** Further arguments of `terraform plan`. */
  readonly args: readonly string[];
}

const CHANGES = 2;

/** Plans, passes the plan to `use`, and always removes it afterwards. */
export async function withPlan<T>(
  tree: TerraformTree,
  options: PlanOptions,
  use: (plan: SavedPlan) => Promise<T>,
): Promise<T> {
  const folder = makeTemporaryFolder('sonotheia-plan-');
  const file = join(folder, 'tfplan');
  try {
    const { workspace, env, args } = options;
    // Read before the plan, so that a change in between is detected.
    const stateVersion = await tree.readStateVersion(workspace);
    const { exitCode } = await tree.mustRun(
      ['plan', '-input=false', '-no-color', '-detailed-exitcode', `-out=${file}`, ...args],
      { workspace, env, alsoGood: [CHANGES] },
    );
    const { stdout: json } = await tree.mustRun(['show', '-json', '-no-color', file], { workspace });
    return await use({
      file,
      changes: readChanges(json),
      hasChanges: exitCode === CHANGES,
      stateVersion,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly type: string;
    readonly mode: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly importing?: unknown;
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
      readonly after_unknown: Readonly<Record<string, unknown>> | boolean;
    };
  }[];
}

/** Returns the changes in the order of `terraform show -json`. */
function readChanges(json: string): ResourceChange[] {
  const { resource_changes = [] } = JSON.parse(json) as PlanJson;
  return resource_changes.flatMap(({ address, type, mode, change }) => {
    const action = nameAction(change.actions, change.importing !== undefined);
    if (mode !== 'managed' || action === undefined) return [];
    const attributes =
      action === 'update' ? listChanged(change.before, change.after, change.after_unknown) : [];
    const isLess = action === 'update' || action === 'delete';
    const weakening = isLess ? findWeakening(type, change.before, change.after) : undefined;
    const [before, after] = [change.before ?? {}, change.after ?? {}];
    return [{ address, type, action, attributes, weakening, before, after }];
  });
}

function nameAction(actions: readonly string[], isImported: boolean): ResourceChange['action'] | undefined {
  if (actions.includes('create') && actions.includes('delete')) return 'replace';
  if (actions.includes('delete')) return 'delete';
  if (actions.includes('forget')) return 'forget';
  if (isImported) return 'import';
  if (actions.includes('create')) return 'create';
  return actions.includes('update') ? 'update' : undefined;
}

function listChanged(
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>> | null,
  unknown: Readonly<Record<string, unknown>> | boolean,
): string[] {
  const differing = Object.keys(after ?? {}).filter(
    (key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]),
  );
  // Attributes that AWS computes with any change are listed only if no other attribute changes.
  const later =
    typeof unknown === 'boolean' ? [] : Object.keys(unknown).filter((key) => unknown[key] === true);
  return (differing.length > 0 ? differing : later).sort();
}
