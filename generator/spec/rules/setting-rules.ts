// Checks that the settings of one environment in one region fit each other.
import { listAlarmReceivers } from '../alarm-receivers.ts';
import type { Report, Scope } from './rule.ts';
import { findUrlProblem, isSonotheia } from './url.ts';

const LEAST_DAYS_IN_INFREQUENT_ACCESS = 30;

/**
 * S3 refuses a move to Glacier less than 30 days after that to Infrequent Access. A move that is not before the deletion is
 * left out, so it cannot be too early:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export function checkLifecycle({ region }: Scope, report: Report): void {
  const { audio_retention_days, glacier_days, expiration_days } = region.settings.s3;
  const earliest = audio_retention_days + LEAST_DAYS_IN_INFREQUENT_ACCESS;
  if (glacier_days < expiration_days && glacier_days < earliest) {
    report({
      code: 'SONO301',
      setting: ['s3', 'glacier_days'],
      other: ['s3', 'audio_retention_days'],
      what: `audio moves to Glacier after ${glacier_days} days, less than ${LEAST_DAYS_IN_INFREQUENT_ACCESS} days after its move to Infrequent Access (${audio_retention_days} days)`,
      why: `Amazon S3: an object stays in Infrequent Access for at least ${LEAST_DAYS_IN_INFREQUENT_ACCESS} days`,
      fix: `choose ${earliest} or more, or lower \`audio_retention_days\``,
    });
  }
}

export function checkAlarms({ region }: Scope, report: Report): void {
  const { monitoring, lambda } = region.settings;
  if (monitoring.enabled && monitoring.duration_seconds >= lambda.timeout) {
    report({
      code: 'SONO303',
      setting: ['monitoring', 'duration_seconds'],
      other: ['lambda', 'timeout'],
      what: `the duration alarm's threshold (${monitoring.duration_seconds} s) is not below the functions' timeout (${lambda.timeout} s), so it could never fire`,
      why: 'AWS Lambda: a function stops at its timeout, so no invocation takes longer',
      fix: `set \`monitoring.duration_seconds\` below ${lambda.timeout}, or raise \`lambda.timeout\``,
    });
  }
}

/** Default environments may do without: `doctor` says so there. */
export function checkAlarmReceivers({ environment, region }: Scope, report: Report): void {
  const { monitoring } = region.settings;
  const isWatched = environment.protected || environment.profile === 'strict';
  if (!isWatched || !monitoring.enabled || listAlarmReceivers(monitoring).length > 0) return;
  report({
    code: 'SONO615',
    severity: 'warning',
    setting: ['monitoring', 'enabled'],
    what: `the alarms of ${environment.name} reach nobody`,
    why: `this generator: ${environment.name} is ${environment.protected ? 'protected' : 'strict'}, and its alarm topic has no subscriber in the spec`,
    fix: 'add `monitoring: { alarm_email: oncall@example.com }`, more addresses in `alarm_emails`, or the https endpoint of a paging tool in `alarm_urls`; no action is needed if you subscribe to the topic yourself',
  });
}

export function checkAlarmUrls({ region }: Scope, report: Report): void {
  for (const [index, url] of region.settings.monitoring.alarm_urls.entries()) {
    const what = findUrlProblem(url, { allowLocalHttp: false });
    if (what === undefined) continue;
    report({
      code: 'SONO311',
      setting: ['monitoring', 'alarm_urls', index],
      what,
      why: "Amazon SNS: the endpoint's form depends on the protocol",
      fix: 'for example https://events.example.com/integration/sns',
    });
  }
}

/** A message keeps its age when it moves to the dead-letter queue, and six times the timeout must fit SQS's 12 hours. */
export function checkQueues({ region }: Scope, report: Report): void {
  const { queue_retention_days, dlq_retention_days } = region.settings.audio;
  if (dlq_retention_days <= queue_retention_days) {
    report({
      code: 'SONO304',
      setting: ['audio', 'dlq_retention_days'],
      other: ['audio', 'queue_retention_days'],
      what: `the dead-letter queue keeps messages for ${dlq_retention_days} days, not longer than the queue itself (${queue_retention_days} days), so failed messages would be lost`,
      why: 'Amazon SQS: a message keeps its age when it moves to the dead-letter queue',
      fix: 'the dead-letter queue keeps up to 14 days; lower `queue_retention_days` below it',
    });
  }
}

export function checkCapacity({ region }: Scope, report: Report): void {
  const { dynamodb } = region.settings;
  if (dynamodb.billing_mode !== 'PROVISIONED') return;
  for (const kind of ['read', 'write'] as const) {
    const least = dynamodb[`min_${kind}_capacity`];
    const most = dynamodb[`max_${kind}_capacity`];
    if (least > most) {
      report({
        code: 'SONO305',
        setting: ['dynamodb', `max_${kind}_capacity`],
        other: ['dynamodb', `min_${kind}_capacity`],
        what: `the most ${kind} capacity (${most}) is below the least (${least})`,
        why: 'Application Auto Scaling: the capacity stays between the least and the most',
        fix: `choose ${least} or more`,
      });
    }
  }
}

export function checkVpc({ region }: Scope, report: Report): void {
  const { subnet_ids, security_group_ids } = region.settings.vpc;
  if ((subnet_ids.length === 0) === (security_group_ids.length === 0)) return;
  const [present, missing] =
    subnet_ids.length === 0 ? ['security_group_ids', 'subnet_ids'] : ['subnet_ids', 'security_group_ids'];
  report({
    code: 'SONO306',
    setting: ['vpc', String(present)],
    other: ['vpc', String(missing)],
    what: `\`${present}\` is set without \`${missing}\`; AWS Lambda needs both or neither`,
    why: 'AWS Lambda: a function in a VPC needs subnets and security groups',
    fix: `add \`${missing}\``,
  });
}

export function checkKmsKey({ region }: Scope, report: Report): void {
  const arn = region.settings.kms_key_arn;
  if (arn === null) return;
  const keyRegion = arn.split(':')[3];
  if (keyRegion !== region.name) {
    report({
      code: 'SONO307',
      setting: ['kms_key_arn'],
      what: `the key is in ${keyRegion}, the stack in ${region.name}; KMS keys work in their own region only`,
      why: 'AWS KMS: a key works in its own region only',
      fix: `give the key of ${region.name} under \`region_overrides\``,
    });
  }
}

export function checkApiUrl({ region }: Scope, report: Report): void {
  const problem = findUrlProblem(region.settings.sonotheia_api_url, { allowLocalHttp: true });
  if (problem !== undefined) {
    report({
      code: 'SONO308',
      setting: ['sonotheia_api_url'],
      what: problem,
      why: 'this generator: every request carries the API key, so the connection must be encrypted',
      fix: 'for example https://api.sonotheia.com',
    });
    return;
  }
  const { hostname } = new URL(region.settings.sonotheia_api_url);
  if (isSonotheia(hostname)) return;
  report({
    code: 'SONO613',
    severity: 'warning',
    setting: ['sonotheia_api_url'],
    what: `recordings and the API key go to ${hostname}, which is not Sonotheia`,
    fix: 'keep it only if the host is a proxy or a private endpoint of your own',
  });
}

export function checkRisk({ region }: Scope, report: Report): void {
  const { high_threshold, review_threshold } = region.settings.risk;
  if (review_threshold > high_threshold) {
    report({
      code: 'SONO309',
      setting: ['risk', 'review_threshold'],
      other: ['risk', 'high_threshold'],
      what: `the review threshold (${review_threshold}) is above the high-risk threshold (${high_threshold})`,
      why: 'this generator: sessions of high risk are already under review',
      fix: `choose at most ${high_threshold}`,
    });
  }
}

/** The audio processor reserves 5 s for storing and moving, and starts an API attempt only with 2 s or more left. */
const SHORTEST_USEFUL_TIMEOUT_SECONDS = 10;

export function checkTimeout({ region }: Scope, report: Report): void {
  const { timeout } = region.settings.lambda;
  if (timeout >= SHORTEST_USEFUL_TIMEOUT_SECONDS) return;
  report({
    code: 'SONO602',
    severity: 'warning',
    setting: ['lambda', 'timeout'],
    what: `${timeout} s leave the audio processor no time to ask the Sonotheia API; uploads would end in the dead-letter queue`,
    why: 'the audio processor: it reserves 5 s for storing and starts a request only with 2 s or more left',
    fix: `choose ${SHORTEST_USEFUL_TIMEOUT_SECONDS} or more; 30 is the default`,
  });
}
