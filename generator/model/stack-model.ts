// The model of the generated tree: the parts of the HCL, its variables and each environment's values.
import type { StackRecord } from '../lifecycle/stack-record.ts';
import type { SubscriptionMove } from '../spec/inheritance.ts';
import type { JsonValue } from '../spec/json.ts';
import type { StackNames } from '../spec/naming.ts';
import type { Settings } from '../spec/resolve.ts';
import type { Runtime } from '../spec/runtimes.ts';
import type { Features } from './features.ts';
import type { OidcModel } from './oidc-model.ts';
import type { WorkflowModel } from './workflow-model.ts';

export interface Validation {
  /** An HCL expression. */
  readonly condition: string;
  /** Text, or an HCL expression if the message contains values. */
  readonly message: string | { readonly expression: string };
}

export interface VariableModel {
  readonly name: string;
  /** An HCL type constraint. */
  readonly type: string;
  readonly description: string;
  /** `undefined` for a required variable. */
  readonly default: JsonValue | undefined;
  readonly nullable: boolean;
  readonly secret: boolean;
  readonly validations: readonly Validation[];
}

/** An argument of the module call. */
export interface ModuleArgument {
  readonly name: string;
  /** Name of the root variable with its overrides by region, if an environment has any. */
  readonly byRegion: string | null;
}

export interface TfvarsModel {
  readonly environment: string;
  readonly values: readonly { readonly name: string; readonly value: JsonValue }[];
}

/** The S3 backend of all environments' states. */
export interface BackendModel {
  readonly key: string;
  readonly workspaceKeyPrefix: string;
  readonly environments: readonly StateModel[];
}

/** One environment's backend settings; a backend block cannot use variables. */
export interface StateModel {
  readonly environment: string;
  readonly bucket: string;
  readonly region: string;
  readonly kmsKeyArn: string | null;
  readonly roleArn: string | null;
  /** The account that must own the bucket; null for any. */
  readonly accountId: string | null;
}

export interface RegionModel {
  readonly name: string;
  /** Provider alias and module label: the region's code with underscores. */
  readonly label: string;
}

/** An import block: one address, and its id in each environment that adopts it. */
export interface ImportModel {
  /** Label of the region's module. */
  readonly region: string;
  /** Address within the module. */
  readonly address: string;
  /** Environment to id, in declared order. */
  readonly ids: { readonly [environment: string]: string };
}

/** One stack, as the tree's README describes it. */
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
  /** The first stack is in the primary region. */
  readonly stacks: readonly [DeployedStack, ...DeployedStack[]];
}

export interface StackModel {
  readonly requiredVersion: string;
  readonly runtime: Runtime;
  readonly sourceMaps: boolean;
  /** Terraform 1.11 and later: write-only arguments keep secrets out of plan and state. */
  readonly writeOnlySecrets: boolean;
  /** Terraform 1.9 and later: a validation may read other variables. */
  readonly readsOtherVariables: boolean;
  readonly features: Features;
  /** The workspace checks that use a local value; empty if validations check the workspace. */
  readonly localGuards: readonly Validation[];
  /** Null for local states. */
  readonly backend: BackendModel | null;
  /** All regions of all environments, sorted. */
  readonly regions: readonly RegionModel[];
  /** Retiring regions, sorted: no environment lists them, and only their providers stay. */
  readonly retiringRegions: readonly RegionModel[];
  /** Subscriptions whose Terraform address changed. */
  readonly subscriptionMoves: readonly SubscriptionMove[];
  /** The record for the next generation. */
  readonly record: StackRecord;
  readonly rootVariables: readonly VariableModel[];
  readonly moduleVariables: readonly VariableModel[];
  readonly moduleArguments: readonly ModuleArgument[];
  readonly tfvars: readonly TfvarsModel[];
  /** In the spec's order. */
  readonly environments: readonly DeployedEnvironment[];
  /** Dates of the prices in the cost estimate. */
  readonly priceDates: { readonly from: string; readonly to: string };
  /** Sorted by region; empty when no environment adopts anything. */
  readonly imports: readonly ImportModel[];
  /** Null if the workflow is disabled. */
  readonly workflow: WorkflowModel | null;
  /** Null if the spec asks for no roles. */
  readonly oidc: OidcModel | null;
  /** Terraform 1.7 and later: `terraform test` can mock AWS. */
  readonly hasMockProviders: boolean;
}
