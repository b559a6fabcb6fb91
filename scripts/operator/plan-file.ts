// A saved plan: made in a folder that only the operator may read, summed up, applied as it was shown, and removed. Below
// Terraform 1.11 it holds secrets.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findWeakening } from '../workflow/data-resources.mjs';
import type { TerraformTree } from './terraform-tree.ts';

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'import' | 'forget';
  /** Names of the attributes that change, where the resource stays. */
  readonly attributes: readonly string[];
  /** What is there now, as the plan has just read it; empty where nothing is. */
  readonly before: Readonly<Record<string, unknown>>;
  /** What it loses although it stays. */
  readonly weakening: string | undefined;
  /** What there will be, as far as it is known; empty where nothing is. */
  readonly after: Readonly<Record<string, unknown>>;
}

export interface SavedPlan {
  readonly file: string;
  readonly changes: readonly ResourceChange[];
  /** Whether anything at all would be done; outputs count too. */
  readonly hasChanges: boolean;
  /** The state that it was made from. Terraform refuses to apply it to any other. */
  readonly stateVersion: string;
}

export interface PlanOptions {
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  /** Further arguments of `terraform plan`. */
  readonly args: readonly string[];
}

const CHANGES = 2;

/** Plans, hands the plan to `use`, and removes it whatever happens. */
export async function withPlan<T>(
  tree: TerraformTree,
  options: PlanOptions,
  use: (plan: SavedPlan) => Promise<T>,
): Promise<T> {
  // mkdtemp makes it with the mode 0700.
  const folder = mkdtempSync(join(tmpdir(), 'sonotheia-plan-'));
  const file = join(folder, 'tfplan');
  try {
    const { workspace, env, args } = options;
    // Before the plan: a change in between then counts as one after it.
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

/** What `terraform show -json` says will be done, in its order. */
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
  // What AWS computes anew with any change says nothing, unless it is all there is.
  const later =
    typeof unknown === 'boolean' ? [] : Object.keys(unknown).filter((key) => unknown[key] === true);
  return (differing.length > 0 ? differing : later).sort();
}
