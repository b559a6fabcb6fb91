// What a resolved spec takes over from the generations before it; generator/lifecycle/ decides it.
import type { JsonValue } from './json.ts';
import type { Region } from './spec-types.ts';

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

/** A resource whose name in Terraform changed. */
export interface SubscriptionMove {
  readonly from: string;
  readonly to: string;
}

/** Region -> environment -> its stack there. */
export interface RetiringStacks {
  readonly [region: string]: { readonly [environment: string]: StackEntry };
}

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
