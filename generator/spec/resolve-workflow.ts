// The `workflow` part of a spec with every default filled in. Pure.
import { type JsonObject, type JsonValue, mergeJson } from './json.ts';
import { isTerraformAccepted } from './rules/terraform-version.ts';
import { readDefaults } from './schema.ts';
import type { SonotheiaConfig } from './spec-types.ts';

const TESTED_TERRAFORM = '1.11.4';

/** The settings of the GitHub Actions workflow. Keys and limits are those of the schema. */
export interface ResolvedWorkflow {
  readonly enabled: boolean;
  readonly branch: string;
  /** Five cron fields in UTC; null: never. */
  readonly drift_schedule: string | null;
  readonly terraform_version: string;
  readonly node_version: '22' | '24';
  /** Runner labels; null for GitHub's own runners or any runner of the group. */
  readonly runs_on: string | readonly string[] | null;
  readonly runner_group: string | null;
  readonly credentials: 'oidc' | 'static_keys';
  readonly github: {
    readonly repository: string | null;
    readonly owner_id: number | null;
    readonly repository_id: number | null;
  };
  readonly oidc: {
    readonly roles: boolean;
    readonly provider: 'create' | 'existing';
    readonly plan_reads_secrets: boolean;
  };
}

/** `config` must fit the schema and is not changed. */
export function resolveWorkflow(config: SonotheiaConfig): ResolvedWorkflow {
  const own: JsonValue = (config.workflow ?? {}) as JsonObject;
  const merged = mergeJson(readDefaults('workflow'), own) as unknown as MergedWorkflow;
  const requiredVersion =
    config.terraform?.required_version ?? String(readDefaults('terraform').required_version);
  return { ...merged, terraform_version: merged.terraform_version ?? chooseTerraform(requiredVersion) };
}

type MergedWorkflow = Omit<ResolvedWorkflow, 'terraform_version'> & {
  readonly terraform_version: string | null;
};

/** The tested Terraform release, or the lowest one that the constraint allows if that is higher. */
function chooseTerraform(requiredVersion: string): string {
  return isTerraformAccepted(TESTED_TERRAFORM, requiredVersion)
    ? TESTED_TERRAFORM
    : `1.${requiredVersion.split('.').slice(1).join('.')}${requiredVersion.split('.').length === 2 ? '.0' : ''}`;
}
