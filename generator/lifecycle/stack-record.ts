// The record of a generation: which physical things hold data, where they are, and what is on its way out. It is part
// of the tree and is committed, so that the next generation can tell a change from a loss.
import type { Deployed, RetiringStacks, StackEntry, SubscriptionMove } from '../spec/inheritance.ts';
import type { Region } from '../spec/spec-types.ts';

export const RECORD_VERSION = 1;

/** Stands for the account's number in names that Terraform completes. */
export const ACCOUNT_ID_PLACEHOLDER = '<account-id>';

export interface EnvironmentEntry {
  readonly deployed: Deployed;
  readonly function_prefix: string;
  readonly primary_region: Region;
  readonly project_name: string;
  readonly protected: boolean;
  readonly regions: { readonly [region: string]: StackEntry };
}

export interface StackRecord {
  readonly environments: { readonly [name: string]: EnvironmentEntry };
  /** The environment whose state may be in the workspace `default`; null before the first generation. */
  readonly first_environment: string | null;
  /** Regions that no environment lists any more -> environments that may still have a stack there. */
  readonly retiring: { readonly [region: string]: readonly string[] };
  /** Region -> environment -> what was there; absent for what an earlier generator retired. */
  readonly retiring_stacks?: RetiringStacks;
  readonly subscription_moves: readonly SubscriptionMove[];
}

/** What the first generation compares with. */
export const NO_RECORD: StackRecord = {
  environments: {},
  first_environment: null,
  retiring: {},
  subscription_moves: [],
};
