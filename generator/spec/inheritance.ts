// The data that a resolved spec takes over from earlier generations; generator/lifecycle/ computes it.
import type { JsonValue } from './json.ts';
import type { Region } from './spec-types.ts';

/** One stack: an environment in a region. */
export interface StackEntry {
  readonly bucket: string;
  /** The bucket of the access logs, if the stack has one. */
  readonly access_logs?: string;
  readonly table: string;
  /** Names of the secrets that Terraform made, by their Terraform label. Existing secrets are not listed. */
  readonly secrets: { readonly [label: string]: string };
  /** The settings that protect data and addresses; absent in a record of an earlier generator. */
  readonly settings?: { readonly [setting: string]: JsonValue };
  /** `<protocol> <endpoint>` by name. */
  readonly subscriptions: { readonly [name: string]: string };
}

/**
 * Whether an environment is deployed. `no`: its state would be in the output folder, and there is none. `unknown`: its
 * state is elsewhere, or it adopts data. `yes`: the generator found a state, or `npx sonotheia deploy` made one.
 */
export type Deployed = (typeof DEPLOYED)[number];

export const DEPLOYED = ['no', 'unknown', 'yes'] as const;

/** A resource whose Terraform address changed. */
export interface SubscriptionMove {
  readonly from: string;
  readonly to: string;
}

/** Region -> environment -> its stack there. */
export interface RetiringStacks {
  readonly [region: string]: { readonly [environment: string]: StackEntry };
}

/** The data that a spec inherits from earlier generations. */
export interface Inheritance {
  /** By environment; those that the last generation did not have are left out. */
  readonly deployed: { readonly [environment: string]: Deployed };
  readonly retiring: readonly RetiringRegion[];
  readonly subscriptionMoves: readonly SubscriptionMove[];
}

export interface RetiringRegion {
  readonly name: Region;
  readonly environments: readonly string[];
  /** The stacks that they had there, as far as the record lists them. */
  readonly stacks: { readonly [environment: string]: StackEntry };
}

export const NO_INHERITANCE: Inheritance = { deployed: {}, retiring: [], subscriptionMoves: [] };
