// The strict profile: defaults between the schema's and those of the spec. Pure.
import { isObject, type JsonObject, type JsonValue, mergeJson } from './json.ts';
import type { SpecPath } from './path-text.ts';
import { readDefaults } from './schema.ts';

export type Profile = 'default' | 'strict';

/** Enough for the default throttle of 50 requests a second at 0.4 s each. */
const WEBHOOK_INSTANCES = 20;

/**
 * The defaults of a profile, which override the schema's. They depend on the spec's own settings (`explicit`): a given
 * KMS key replaces the managed one, a firewall needs an API, and the audio processor reserves as many instances as its
 * queue may start.
 */
export function readProfileDefaults(profile: Profile, explicit: JsonValue): JsonObject {
  if (profile === 'default') return {};
  const wanted = mergeJson(readDefaults('defaults'), explicit);
  const read = (path: SpecPath): JsonValue | undefined => readPath(wanted, path);
  return {
    lambda: {
      xray_tracing: true,
      reserved_concurrency: {
        webhook_handler: WEBHOOK_INSTANCES,
        audio_processor: read(['audio', 'max_concurrency']) ?? null,
      },
    },
    waf: { enabled: read(['api_gateway', 'enabled']) === true, managed_rules: 'block' },
    monitoring: { enabled: true, dashboard: true, custom_metrics: true, encrypt_alarms: true },
    s3: { versioning: true, access_logs: true, force_destroy: false },
    dynamodb: { point_in_time_recovery: true, deletion_protection: true },
    logs: { retention_days: 365 },
    kms: { managed: read(['kms_key_arn']) === null },
    secrets: { recovery_window_days: 30 },
  };
}

export interface ProfileSetting {
  readonly path: SpecPath;
  readonly value: JsonValue;
}

/** The settings of `readProfileDefaults` as a flat list, in its order. */
export function listProfileSettings(defaults: JsonObject, parent: SpecPath = []): ProfileSetting[] {
  return Object.entries(defaults).flatMap(([key, value]) => {
    const path = [...parent, key];
    return isObject(value) ? listProfileSettings(value, path) : [{ path, value }];
  });
}

/** The value at a path; undefined where there is none. */
export function readPath(value: JsonValue, path: SpecPath): JsonValue | undefined {
  let node: JsonValue | undefined = value;
  for (const segment of path) node = isObject(node) ? node[String(segment)] : undefined;
  return node;
}
