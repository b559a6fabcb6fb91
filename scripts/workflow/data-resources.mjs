// Finds what a change of a resource loses: data, or an address that others use. Used by the operators' commands and by the
// workflow. Plain JavaScript, since jobs with AWS credentials install no packages.

/** @type {ReadonlyMap<string, string>} type -> what is lost with it */
const DATA = new Map([
  ['aws_s3_bucket', 'the bucket and all audio in it'],
  ['aws_dynamodb_table', 'the table and all sessions in it'],
  ['aws_secretsmanager_secret', 'the secret with its values'],
  ['aws_kms_key', 'the key, and with it all data that it encrypted'],
]);

/**
 * Names the data that is lost when a resource is destroyed; undefined if it holds none.
 * @param {{ readonly address: string, readonly type: string }} resource
 * @returns {string | undefined}
 */
export function findData({ address, type }) {
  // The key of the alarm topic encrypts nothing that stays.
  return address.includes('aws_kms_key.alarms') ? undefined : DATA.get(type);
}

const URL_GONE = 'its URL is gone, and the webhook must be registered again';

/** @type {ReadonlyMap<string, string>} type -> what its users lose when it is destroyed */
const ADDRESSES = new Map([
  ['aws_api_gateway_rest_api', URL_GONE],
  ['aws_api_gateway_stage', URL_GONE],
  ['aws_api_gateway_domain_name', URL_GONE],
  ['aws_api_gateway_base_path_mapping', URL_GONE],
  ['aws_route53_record', 'its name no longer leads to the API'],
  ['aws_sns_topic', 'its subscriptions are gone, those of others too'],
  ['aws_sns_topic_subscription', 'its confirmation is gone'],
]);

/**
 * Names the address that is lost with a resource; undefined if it has none.
 * @param {{ readonly type: string }} resource
 * @returns {string | undefined}
 */
export function findAddress({ type }) {
  return ADDRESSES.get(type);
}

/**
 * @typedef {Readonly<Record<string, unknown>> | null} Attributes
 */

/** @type {ReadonlyMap<string, (before: Attributes, after: Attributes) => string | undefined>} by type */
const WEAKENINGS = new Map([
  ['aws_s3_bucket_lifecycle_configuration', describeExpiration],
  [
    'aws_s3_bucket_versioning',
    (before, after) =>
      readPath(before, 'versioning_configuration', 0, 'status') === 'Enabled' &&
      readPath(after, 'versioning_configuration', 0, 'status') !== 'Enabled'
        ? 'objects that are deleted or overwritten are no longer kept'
        : undefined,
  ],
  [
    'aws_dynamodb_table',
    (before, after) =>
      readPath(before, 'point_in_time_recovery', 0, 'enabled') === true &&
      readPath(after, 'point_in_time_recovery', 0, 'enabled') === false
        ? 'its continuous backups are deleted'
        : undefined,
  ],
  [
    'aws_cloudwatch_log_group',
    (before, after) =>
      describeShortening(
        'logs',
        'days',
        readPath(before, 'retention_in_days'),
        readPath(after, 'retention_in_days'),
      ),
  ],
  [
    'aws_sqs_queue',
    (before, after) =>
      describeShortening(
        'messages',
        'seconds',
        readPath(before, 'message_retention_seconds'),
        readPath(after, 'message_retention_seconds'),
      ),
  ],
]);

/**
 * Names what a changed setting loses although the data's own resource stays. Destroying `aws_s3_bucket_versioning`, for
 * example, switches versioning off. Undefined if nothing is lost, or if the setting does not exist yet.
 * @param {string} type
 * @param {Attributes} before
 * @param {Attributes} after
 * @returns {string | undefined}
 */
export function findWeakening(type, before, after) {
  return before === null ? undefined : WEAKENINGS.get(type)?.(before, after);
}

/**
 * Compares each rule with the strictest former one for its objects, whatever their names. A rule without a former one
 * expires objects that were kept for ever; so does one that was disabled.
 * @param {Attributes} before
 * @param {Attributes} after
 */
function describeExpiration(before, after) {
  const [formerRules, rules] = [before, after].map(listEnabledRules);
  if (formerRules === undefined || rules === undefined) return undefined;
  const losses = rules.flatMap((rule) => {
    const formerOnes = formerRules.filter((former) => covers(former, rule));
    /** @param {string} objects @param {(string | number)[]} path */
    const compare = (objects, ...path) => {
      const days = formerOnes.map((former) => Number(readPath(former, ...path)) || Number.POSITIVE_INFINITY);
      return describeShortening(objects, 'days', Math.min(...days), readPath(rule, ...path));
    };
    return [
      compare('objects', 'expiration', 0, 'days'),
      compare('former versions', 'noncurrent_version_expiration', 0, 'noncurrent_days'),
    ].filter((loss) => loss !== undefined);
  });
  return losses.length === 0 ? undefined : losses.join('; ');
}

/** @param {Attributes} attributes */
function listEnabledRules(attributes) {
  const rules = readPath(attributes, 'rule');
  return Array.isArray(rules) ? rules.filter(({ status }) => status !== 'Disabled') : undefined;
}

/** Attributes of a filter that are not set. */
const NOTHING = ['null', '0', '""', '[]', '{}'];

/**
 * Whether the former rule applies to all objects of the other one. Tags and sizes restrict it further than its prefix.
 * @param {unknown} former
 * @param {unknown} rule
 */
function covers(former, rule) {
  const filter = readPath(former, 'filter', 0);
  const restrictions = [filter, readPath(filter, 'and', 0)].flatMap((part) =>
    Object.entries(Object(part)).filter(
      ([key, value]) => !['prefix', 'and'].includes(key) && !NOTHING.includes(JSON.stringify(value ?? null)),
    ),
  );
  if (restrictions.length > 0) return JSON.stringify(filter) === JSON.stringify(readPath(rule, 'filter', 0));
  return findPrefix(rule).startsWith(findPrefix(former));
}

/** @param {unknown} rule */
function findPrefix(rule) {
  const paths = [['prefix'], ['filter', 0, 'prefix'], ['filter', 0, 'and', 0, 'prefix']];
  return String(paths.map((path) => readPath(rule, ...path)).find(Boolean) ?? '');
}

/**
 * 0 and absent mean for ever.
 * @param {string} what
 * @param {string} unit
 * @param {unknown} before
 * @param {unknown} after
 */
function describeShortening(what, unit, before, after) {
  const limit = Number(after ?? 0);
  const former = Number(before ?? 0);
  if (limit === 0 || (former !== 0 && former <= limit)) return undefined;
  return `${what} older than ${limit} ${unit} are deleted`;
}

/**
 * @param {unknown} value
 * @param {(string | number)[]} path
 * @returns {unknown}
 */
function readPath(value, ...path) {
  return path.reduce(
    (parent, key) =>
      typeof parent === 'object' && parent !== null
        ? /** @type {Record<string | number, unknown>} */ (parent)[key]
        : undefined,
    value,
  );
}
