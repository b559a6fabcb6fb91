// What will be generated, decided completely: which parts the HCL has, its variables and each environment's values.
import type { StackRecord } from '../lifecycle/stack-record.ts';
import type { SubscriptionMove } from '../spec/inheritance.ts';
import type { JsonValue } from '../spec/json.ts';
import type { StackNames } from '../spec/naming.ts';
import type { Settings } from '../spec/resolve.ts';
import type { Features } from './features.ts';
import type { OidcModel } from './oidc-model.ts';
import type { WorkflowModel } from './workflow-model.ts';

export interface Validation {
  /** An HCL expression. */
  readonly condition: string;
  /** Text, or an HCL expression where it names what is right. */
  readonly message: string | { readonly expression: string };
}

export interface VariableModel {
  readonly name: string;
  /** An HCL type constraint. */
  readonly type: string;
  readonly description: string;
  /** `undefined`: the variable is required. */
  readonly default: JsonValue | undefined;
  readonly nullable: boolean;
  readonly secret: boolean;
  readonly validations: readonly Validation[];
}

/** An argument of the module call. */
export interface ModuleArgument {
  readonly name: string;
  /** Name of the root variable that overrides it by region, if an environment does. */
  readonly byRegion: string | null;
}

export interface TfvarsModel {
  readonly environment: string;
  readonly values: readonly { readonly name: string; readonly value: JsonValue }[];
}

/** Where Terraform keeps the state of all environments. */
export interface BackendModel {
  readonly key: string;
  readonly workspaceKeyPrefix: string;
  readonly environments: readonly StateModel[];
}

/** One environment's part of the backend's settings, which Terraform takes from no variable. */
export interface StateModel {
  readonly environment: string;
  readonly bucket: string;
  readonly region: string;
  readonly kmsKeyArn: string | null;
  readonly roleArn: string | null;
  /** The account that must own the bucket; null: any. */
  readonly accountId: string | null;
}

export interface RegionModel {
  readonly name: string;
  /** Provider alias and module label: the region's code with underscores. */
  readonly label: string;
}

/** What an import block takes over: one address, and the id that it has in each environment that adopts it. */
export interface ImportModel {
  /** Label of the region's module. */
  readonly region: string;
  /** Address within the module. */
  readonly address: string;
  /** Environment to id, in declared order. */
  readonly ids: { readonly [environment: string]: string };
}

/** One stack as people see it: what the tree's README tells of it. */
export interface DeployedStack {
  readonly region: string;
  readonly names: StackNames;
  readonly settings: Settings;
  /** US dollars, with the spec's traffic. */
  readonly monthlyUsd: number;
}

export interface DeployedEnvironment {
  readonly name: string;
  readonly protected: boolean;
  /** The first one is of the primary region. */
  readonly stacks: readonly [DeployedStack, ...DeployedStack[]];
}

export interface StackModel {
  readonly requiredVersion: string;
  readonly runtime: string;
  readonly sourceMaps: boolean;
  /** Terraform 1.11 and later: secrets through write-only arguments, in neither plan nor state. */
  readonly writeOnlySecrets: boolean;
  /** Terraform 1.9 and later: a validation may read other variables. */
  readonly readsOtherVariables: boolean;
  readonly features: Features;
  /** The checks of the workspace that are a local value; empty where they are validations. */
  readonly localGuards: readonly Validation[];
  /** Null where the state is beside the HCL. */
  readonly backend: BackendModel | null;
  /** All regions of all environments, sorted. */
  readonly regions: readonly RegionModel[];
  /** Regions that no environment lists any more, sorted: switched off, but with their providers. */
  readonly retiringRegions: readonly RegionModel[];
  /** Subscriptions with another name in Terraform than before. */
  readonly subscriptionMoves: readonly SubscriptionMove[];
  /** What the next generation compares with. */
  readonly record: StackRecord;
  readonly rootVariables: readonly VariableModel[];
  readonly moduleVariables: readonly VariableModel[];
  readonly moduleArguments: readonly ModuleArgument[];
  readonly tfvars: readonly TfvarsModel[];
  /** In the spec's order. */
  readonly environments: readonly DeployedEnvironment[];
  /** Of the prices that the costs were reckoned with. */
  readonly priceDates: { readonly from: string; readonly to: string };
  /** Sorted by region; empty when no environment adopts anything. */
  readonly imports: readonly ImportModel[];
  /** Null when the spec wants none. */
  readonly workflow: WorkflowModel | null;
  /** Null when the spec asks for no roles. */
  readonly oidc: OidcModel | null;
  /** Terraform 1.7 and later: `terraform test` can do without AWS. */
  readonly hasMockProviders: boolean;
}
