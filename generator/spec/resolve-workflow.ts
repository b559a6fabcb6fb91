// The `workflow` part of a spec with every default filled in. Pure.
import { type JsonObject, type JsonValue, mergeJson } from './json.ts';
import { readDefaults } from './schema.ts';
import type { SonotheiaConfig } from './spec-types.ts';

/** What the spec says about the GitHub Actions workflow. Keys and limits are those of the schema. */
export interface ResolvedWorkflow {
  readonly enabled: boolean;
  readonly branch: string;
  /** Five cron fields in UTC; null: never. */
  readonly drift_schedule: string | null;
  readonly terraform_version: string;
  readonly node_version: '22' | '24';
  readonly credentials: 'oidc' | 'static_keys';
  readonly github: {
    readonly repository: string | null;
    readonly owner_id: number | null;
    readonly repository_id: number | null;
  };
  readonly oidc: { readonly roles: boolean; readonly provider: 'create' | 'existing' };
}

/** `config` must fit the schema and is not changed. */
export function resolveWorkflow(config: SonotheiaConfig): ResolvedWorkflow {
  const own: JsonValue = (config.workflow ?? {}) as JsonObject;
  return mergeJson(readDefaults('workflow'), own) as unknown as ResolvedWorkflow;
}
