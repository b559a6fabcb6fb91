// Checks keys, the allow-list, concurrency and the strict profile.
import { isIP } from 'node:net';
import { equalJson, type JsonValue } from '../json.ts';
import { listProfileSettings, readPath, readProfileDefaults } from '../profile.ts';
import type { Report, Scope } from './rule.ts';

export function checkKeyChoice({ region }: Scope, report: Report): void {
  const { kms, kms_key_arn } = region.settings;
  if (!kms.managed || kms_key_arn === null) return;
  report({
    code: 'SONO340',
    setting: ['kms', 'managed'],
    other: ['kms_key_arn'],
    what: '`kms_key_arn` gives the stack a key, and `kms.managed` makes another one',
    why: 'this generator: a stack uses one key for all encryption',
    fix: 'set `kms_key_arn: null` or `kms: { managed: false }` here',
  });
}

/** The queue's poller starts up to `max_concurrency` instances; with fewer reserved, uploads would be throttled into the dead-letter queue. */
export function checkConcurrency({ region }: Scope, report: Report): void {
  const { lambda, audio } = region.settings;
  const { webhook_handler, audio_processor } = lambda.reserved_concurrency;
  if (audio_processor !== null && audio_processor < audio.max_concurrency) {
    report({
      code: 'SONO341',
      setting: ['lambda', 'reserved_concurrency', 'audio_processor'],
      other: ['audio', 'max_concurrency'],
      what: `the audio processor may have ${audio_processor} instances, but its queue may start ${audio.max_concurrency} (\`audio.max_concurrency\`); the others would be throttled until their uploads fail`,
      why: 'AWS Lambda: a function never has more instances than it reserves',
      fix: `reserve ${audio.max_concurrency} or more, or lower \`audio.max_concurrency\``,
    });
  }
  const total = (webhook_handler ?? 0) + (audio_processor ?? 0);
  if (total > RESERVABLE_BY_DEFAULT) {
    report({
      code: 'SONO609',
      severity: 'warning',
      setting: ['lambda', 'reserved_concurrency'],
      what: `both functions together reserve ${total} instances, more than the default quota of an account`,
      why: 'AWS Lambda: an account has 1000 instances in a region by default, and keeps 100 unreserved',
      fix: 'make sure that the account has a higher limit ("Concurrent executions" in Service Quotas)',
    });
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const RESERVABLE_BY_DEFAULT = 900;

export function checkAllowList({ region }: Scope, report: Report): void {
  region.settings.api_gateway.ip_allow_list.forEach((block, index) => {
    if (isCidrBlock(block)) return;
    report({
      code: 'SONO342',
      setting: ['api_gateway', 'ip_allow_list', index],
      what: `\`${block}\` is not a CIDR block`,
      why: 'Amazon API Gateway: addresses are listed as CIDR blocks',
      fix: 'for example 203.0.113.0/24, 203.0.113.7/32 or 2001:db8::/32',
    });
  });
}

/** Characters of the API's resource policy: AWS's quota, and what the policy needs besides the list, which it names twice. */
export const ALLOW_LIST_LIMITS = { policy: 8192, frame: 460 };

export function checkAllowListSize({ region }: Scope, report: Report): void {
  const { ip_allow_list } = region.settings.api_gateway;
  const size = ALLOW_LIST_LIMITS.frame + 2 * JSON.stringify(ip_allow_list).length;
  if (size <= ALLOW_LIST_LIMITS.policy) return;
  report({
    code: 'SONO347',
    setting: ['api_gateway', 'ip_allow_list'],
    what: `the ${ip_allow_list.length} address blocks make a policy of ${size} characters; AWS allows ${ALLOW_LIST_LIMITS.policy}`,
    why: `Amazon API Gateway: the resource policy of an API has at most ${ALLOW_LIST_LIMITS.policy} characters, and names each block twice`,
    fix: 'join neighbouring blocks into larger ones, or remove blocks that are no longer used',
  });
}

function isCidrBlock(block: string): boolean {
  const [address = '', length = ''] = block.split('/');
  const version = isIP(address);
  return version !== 0 && Number(length) <= (version === 4 ? 32 : 128);
}

/** An explicit setting wins over the profile; a weaker one is reported. */
export function checkProfile({ environment, region }: Scope, report: Report): void {
  const { settings } = region;
  for (const { path, value } of listProfileSettings(readProfileDefaults(environment.profile, settings))) {
    const actual = readPath(settings as unknown as JsonValue, path) ?? null;
    if (!isWeaker(String(path.at(-1)), actual, value)) continue;
    report({
      code: 'SONO608',
      severity: 'warning',
      setting: path,
      what: `\`${path.join('.')}: ${actual}\` is weaker than the strict profile's \`${value}\``,
      fix: 'remove the setting, or accept the finding of a security scanner',
    });
  }
}

/** Whether a value is weaker than the profile's. A number is weaker only if it is a shorter retention (`…_days`). */
function isWeaker(name: string, actual: JsonValue, wanted: JsonValue): boolean {
  if (wanted === null || equalJson(actual, wanted)) return false;
  if (actual === null) return true;
  if (typeof actual === 'number' && typeof wanted === 'number')
    return name.endsWith('_days') && actual < wanted;
  return true;
}
