// Warns of settings that have no effect, because another setting switches off what they belong to.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { LoadedSpec } from '../load.ts';
import { formatPath, type SpecPath } from '../path-text.ts';
import type { ResolvedSpec, Settings } from '../resolve.ts';

interface Need {
  /** Settings, or groups of settings. */
  readonly settings: readonly string[];
  readonly isMet: (settings: Settings) => boolean;
  /** The setting with which they have an effect. */
  readonly write: string | ((settings: Settings) => string);
  readonly why?: string;
}

const PROVISIONED = [
  'min_read_capacity',
  'max_read_capacity',
  'min_write_capacity',
  'max_write_capacity',
  'target_utilization_percent',
];

function moveBeforeDeletion(key: 'audio_retention_days' | 'glacier_days'): Need {
  return {
    settings: [`s3.${key}`],
    isMet: ({ s3 }) => s3[key] < s3.expiration_days,
    write: ({ s3 }) => `s3.expiration_days: ${s3[key] + 1}`,
    why: 'Amazon S3: recordings move before they are deleted, or not at all',
  };
}

const NEEDS: readonly Need[] = [
  moveBeforeDeletion('audio_retention_days'),
  moveBeforeDeletion('glacier_days'),
  {
    settings: ['waf', 'api_gateway'],
    isMet: ({ api_gateway }) => api_gateway.enabled,
    write: 'api_gateway.enabled: true',
  },
  { settings: ['waf'], isMet: ({ waf }) => waf.enabled, write: 'waf.enabled: true' },
  {
    settings: ['monitoring'],
    isMet: ({ monitoring }) => monitoring.enabled,
    write: 'monitoring.enabled: true',
  },
  { settings: ['kms'], isMet: ({ kms }) => kms.managed, write: 'kms.managed: true' },
  {
    settings: PROVISIONED.map((key) => `dynamodb.${key}`),
    isMet: ({ dynamodb }) => dynamodb.billing_mode === 'PROVISIONED',
    write: 'dynamodb.billing_mode: PROVISIONED',
  },
  {
    settings: ['secrets.api_key.version'],
    isMet: ({ secrets }) => secrets.api_key.source === 'managed',
    write: 'secrets.api_key.source: managed',
  },
  {
    settings: ['secrets.webhook_secret.version'],
    isMet: ({ secrets }) => secrets.webhook_secret.source === 'managed',
    write: 'secrets.webhook_secret.source: managed',
  },
  {
    settings: ['secrets.recovery_window_days'],
    isMet: ({ secrets: { api_key, webhook_secret } }) =>
      [api_key.source, webhook_secret.source].includes('managed'),
    write: 'secrets.api_key.source: managed',
  },
  {
    settings: ['results.reader_external_id'],
    isMet: ({ results }) => results.reader_accounts.length > 0,
    write: 'results.reader_accounts: ["210987654321"]',
  },
  {
    settings: ['results.delivery_log_sample_percent'],
    isMet: ({ results }) => results.delivery_log_role_arn !== null,
    write: 'results.delivery_log_role_arn: arn:aws:iam::123456789012:role/sns-delivery-logs',
  },
];

/** Of a subscription: the key that has an effect only with the other one. */
const SUBSCRIPTION_NEEDS = [
  { key: 'include_unscored', needs: 'minimum_score', write: 'minimum_score: 0.8' },
  { key: 'retry_delay_seconds', needs: 'retry_count', write: 'retry_count: 10' },
] as const;

/** A place of settings in the file, with the resolved settings of every stack that reads it. */
interface Place {
  readonly path: SpecPath;
  readonly value: JsonObject;
  readonly stacks: readonly Settings[];
}

/** A setting that has an effect in one stack is right, even if the others ignore it. */
export function checkEffects(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const report = (path: SpecPath, write: string, why?: string): Diagnostic => ({
    code: 'SONO619',
    severity: 'warning',
    path: formatPath(path),
    location: spec.locateKey(path),
    what: `\`${path.at(-1)}\` has no effect here`,
    why: why ?? `this generator: it is read only with \`${write}\``,
    fix: `set \`${write}\`, or remove \`${path.at(-1)}\``,
  });
  return listPlaces(resolved, spec).flatMap((place) => [
    ...place.stacks.slice(0, 1).flatMap((first) =>
      NEEDS.filter(({ isMet }) => !place.stacks.some(isMet)).flatMap(({ settings, write, why }) =>
        settings
          .map((setting) => setting.split('.'))
          .filter((setting) => isWritten(readAt(place.value, setting)))
          .map((setting) =>
            report([...place.path, ...setting], typeof write === 'string' ? write : write(first), why),
          ),
      ),
    ),
    ...listIdleOfSubscriptions(place).map(({ path, write }) => report(path, write)),
  ]);
}

/** A group that says `enabled: false` itself is off on purpose. */
function isWritten(value: unknown): boolean {
  if (!isObject(value)) return value !== undefined && value !== null;
  return Object.keys(value).length > 0 && value.enabled !== false && value.managed !== false;
}

function listIdleOfSubscriptions({ path, value }: Place): { path: SpecPath; write: string }[] {
  const list = Array.isArray(value.subscriptions) ? value.subscriptions : [];
  return list.flatMap((item, index) =>
    SUBSCRIPTION_NEEDS.filter(
      ({ key, needs }) => isObject(item) && (item[key] ?? false) !== false && (item[needs] ?? null) === null,
    ).map(({ key, write }) => ({ path: [...path, 'subscriptions', index, key], write })),
  );
}

function listPlaces({ environments }: ResolvedSpec, spec: LoadedSpec): Place[] {
  const all = environments.flatMap(({ regions }) => regions.map(({ settings }) => settings));
  const places = [
    { path: ['defaults'], stacks: all },
    ...environments.flatMap(({ name, regions }) => [
      { path: ['environments', name], stacks: regions.map(({ settings }) => settings) },
      ...regions.map((region) => ({
        path: ['environments', name, 'region_overrides', region.name],
        stacks: [region.settings],
      })),
    ]),
  ];
  return places.flatMap(({ path, stacks }) => {
    const value = readAt(spec.value, path);
    return isObject(value) ? [{ path, value, stacks }] : [];
  });
}

function readAt(value: unknown, path: SpecPath): unknown {
  return path.reduce<unknown>(
    (node, segment) => (isObject(node) && Object.hasOwn(node, segment) ? node[String(segment)] : undefined),
    value,
  );
}
