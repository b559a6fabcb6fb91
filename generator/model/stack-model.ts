// What will be generated, decided completely: which parts the HCL has, its variables and each environment's values.
import type { JsonValue } from '../spec/json.ts';
import type { Settings } from '../spec/resolve.ts';
import type { StackNames } from './naming.ts';

/** Where a secret comes from over all environments: one way for all, or chosen by a variable. */
export type SecretMode = 'managed' | 'existing' | 'mixed';

/** Parts of the HCL that are left out when no environment uses them. */
export interface Features {
  readonly apiGateway: boolean;
  readonly apiLoggingRole: boolean;
  readonly monitoring: boolean;
  readonly alarmEmail: boolean;
  readonly dashboard: boolean;
  readonly xray: boolean;
  readonly vpc: boolean;
  readonly kms: boolean;
  readonly versioning: boolean;
  readonly provisioned: boolean;
  readonly subscriptions: boolean;
  readonly bucketSuffix: boolean;
  readonly tags: boolean;
  readonly functionPrefix: boolean;
  readonly apiKey: SecretMode;
  readonly webhookSecret: SecretMode;
}

export interface Validation {
  /** An HCL expression. */
  readonly condition: string;
  readonly message: string;
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

export interface RegionModel {
  readonly name: string;
  /** Provider alias and module label: the region's code with underscores. */
  readonly label: string;
}

/** One stack as the generated tests see it: what goes into the module, and what must come out. */
export interface TestedStack {
  readonly region: string;
  readonly label: string;
  readonly names: StackNames;
  readonly settings: Settings;
  readonly arguments: readonly { readonly name: string; readonly value: JsonValue }[];
}

export interface TestedEnvironment {
  readonly name: string;
  /** The first one is of the primary region. */
  readonly stacks: readonly [TestedStack, ...TestedStack[]];
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
  /** All regions of all environments, sorted. */
  readonly regions: readonly RegionModel[];
  readonly rootVariables: readonly VariableModel[];
  readonly moduleVariables: readonly VariableModel[];
  readonly moduleArguments: readonly ModuleArgument[];
  readonly tfvars: readonly TfvarsModel[];
  /** In the spec's order; none below Terraform 1.7, whose tests cannot do without AWS. */
  readonly testedEnvironments: readonly TestedEnvironment[];
}
