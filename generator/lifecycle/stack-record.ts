// The record of a generation: which physical things hold data, where they are, and what is on its way out. It is part
// of the tree and is committed, so that the next generation can tell a change from a loss.
import type { JsonValue } from '../spec/json.ts';
import type { Region } from '../spec/spec-types.ts';

/** The record, relative to the output directory. */
export const RECORD_PATH = '.sonotheia-stacks.json';
export const RECORD_VERSION = 1;

/** Stands for the account's number in names that Terraform completes. */
export const ACCOUNT_ID_PLACEHOLDER = '<account-id>';

/** One stack: an environment in a region. */
export interface StackEntry {
  readonly bucket: string;
  /** The bucket of who asked for what, where there is one. */
  readonly access_logs?: string;
  readonly table: string;
  /** Names of the secrets that Terraform made, by their Terraform label; looked-up ones hold nothing of ours. */
  readonly secrets: { readonly [label: string]: string };
  /** What keeps data and addresses, by setting; absent in a record of an earlier generator. */
  readonly settings?: { readonly [setting: string]: JsonValue };
  /** `<protocol> <endpoint>` by name. */
  readonly subscriptions: { readonly [name: string]: string };
}

/**
 * What is known of an environment's deployment. `no`: its state would be beside the HCL, and none was seen. `unknown`:
 * others may have deployed it, or adopted data, from where this generator cannot look. `yes`: a state was seen, or
 * `npm run deploy` made one.
 */
export type Deployed = (typeof DEPLOYED)[number];

export const DEPLOYED = ['no', 'unknown', 'yes'] as const;

export interface EnvironmentEntry {
  readonly deployed: Deployed;
  readonly function_prefix: string;
  readonly primary_region: Region;
  readonly project_name: string;
  readonly protected: boolean;
  readonly regions: { readonly [region: string]: StackEntry };
}

/** A resource whose name in Terraform changed. */
export interface SubscriptionMove {
  readonly from: string;
  readonly to: string;
}

/** Region -> environment -> its stack there. */
export interface RetiringStacks {
  readonly [region: string]: { readonly [environment: string]: StackEntry };
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

/** What a spec inherits from the generations before it. */
export interface Inheritance {
  /** By environment; those that the last generation did not have are left out. */
  readonly deployed: { readonly [environment: string]: Deployed };
  readonly retiring: readonly RetiringRegion[];
  readonly subscriptionMoves: readonly SubscriptionMove[];
}

export interface RetiringRegion {
  readonly name: Region;
  readonly environments: readonly string[];
  /** What they had there, as far as it is known. */
  readonly stacks: { readonly [environment: string]: StackEntry };
}

export const NO_INHERITANCE: Inheritance = { deployed: {}, retiring: [], subscriptionMoves: [] };
