// The record of a generation: names and regions of the resources that hold data, and retiring regions. It is a
// committed file of the tree; the next generation compares with it to find losses.
import type { Deployed, RetiringStacks, StackEntry, SubscriptionMove } from '../spec/inheritance.ts';
import type { Region } from '../spec/spec-types.ts';

export const RECORD_VERSION = 1;

/** Placeholder for the account id in names that Terraform completes. */
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
  /** Retiring regions -> environments that may still have a stack there. */
  readonly retiring: { readonly [region: string]: readonly string[] };
  /** Region -> environment -> its stack there; absent for regions that an earlier generator retired. */
  readonly retiring_stacks?: RetiringStacks;
  readonly subscription_moves: readonly SubscriptionMove[];
}

/** The empty record, for the first generation. */
export const NO_RECORD: StackRecord = {
  environments: {},
  first_environment: null,
  retiring: {},
  subscription_moves: [],
};
