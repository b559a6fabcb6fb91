// Words for alarms, and for who receives results.
import type { Synonym } from './synonym.ts';

/** Tools that wake or tell people. */
const PAGERS = [
  'slack',
  'teams',
  'pagerduty',
  'opsgenie',
  'pager',
  'chat',
  'discord',
  'victorops',
  'incident_io',
  'webhook_url',
];

export const MESSAGING_SYNONYMS: readonly Synonym[] = [
  {
    under: 'monitoring',
    words: ['email', 'mail', 'e_mail', 'address', 'contact', 'oncall'],
    settings: ['monitoring.alarm_email'],
  },
  {
    under: 'monitoring',
    words: ['emails', 'mails', 'notify', 'recipients', 'addresses', 'subscribers'],
    settings: ['monitoring.alarm_emails'],
  },
  {
    under: 'monitoring',
    words: [...PAGERS, 'url', 'urls', 'webhook', 'webhooks', 'endpoint', 'endpoints', 'https'],
    settings: ['monitoring.alarm_urls'],
  },
  {
    under: 'monitoring',
    words: ['alarms', 'alerts', 'alarm', 'alerting', 'alarms_enabled', 'enable'],
    settings: ['monitoring.enabled'],
  },
  {
    under: 'monitoring',
    words: ['sns_topic_arn', 'topic', 'topic_arn', 'sns_topic', 'alarm_actions', 'sns'],
    settings: ['monitoring.alarm_email', 'monitoring.alarm_urls'],
    advice:
      'the alarm topic is created; `terraform output alarm_topic_arns` gives its ARN for your own subscription',
  },
  {
    under: 'monitoring',
    words: ['sms', 'phone', 'phone_number', 'call'],
    settings: ['monitoring.alarm_urls'],
    advice: 'a paging tool sends texts and calls',
  },
  {
    under: 'monitoring',
    words: ['threshold', 'thresholds'],
    settings: ['monitoring.error_rate_percent', 'monitoring.duration_seconds'],
  },
  {
    under: 'monitoring',
    words: ['errors', 'error_rate', 'error_threshold', 'errors_threshold'],
    settings: ['monitoring.error_rate_percent'],
  },
  { under: 'monitoring', words: ['duration', 'latency', 'p99'], settings: ['monitoring.duration_seconds'] },
  { under: 'monitoring', words: ['metrics', 'emf'], settings: ['monitoring.custom_metrics'] },
  {
    under: 'monitoring',
    words: ['encryption', 'kms', 'kms_key_arn', 'encrypt'],
    settings: ['monitoring.encrypt_alarms'],
  },
  {
    under: 'monitoring',
    words: ['logs', 'log_retention', 'retention', 'retention_days'],
    settings: ['logs.retention_days'],
  },
  { under: 'monitoring', words: ['tracing', 'xray'], settings: ['lambda.xray_tracing'] },
  {
    words: [
      'alarm',
      'alarms',
      'alert',
      'alerts',
      'cloudwatch',
      'alerting',
      'observability',
      'cloudwatch_alarms',
      'metrics',
    ],
    settings: ['monitoring'],
  },
  {
    words: [
      'email',
      'e_mail',
      'mail',
      'oncall',
      'notify',
      'alert_email',
      'alarm_mail',
      'notification_email',
      'contact',
    ],
    settings: ['monitoring.alarm_email'],
  },
  { words: ['dashboards', 'cloudwatch_dashboard'], settings: ['monitoring.dashboard'] },
  {
    under: 'subscriptions',
    words: ['dlq', 'dead_letter_queue', 'redrive_policy', 'dead_letters'],
    settings: ['subscriptions[].dead_letter'],
  },
  {
    under: 'subscriptions',
    words: ['retries', 'max_retries', 'delivery_policy', 'retry_policy'],
    settings: ['subscriptions[].retry_count'],
  },
  {
    under: 'subscriptions',
    words: ['filter', 'filters', 'filter_policy', 'filter_policy_scope'],
    settings: [
      'subscriptions[].event_types',
      'subscriptions[].risk',
      'subscriptions[].verdict',
      'subscriptions[].minimum_score',
    ],
  },
  {
    under: 'subscriptions',
    words: ['events', 'event', 'types'],
    settings: ['subscriptions[].event_types'],
  },
  {
    under: 'subscriptions',
    words: ['score', 'threshold', 'min_score'],
    settings: ['subscriptions[].minimum_score'],
  },
  {
    under: 'subscriptions',
    words: [
      'email',
      'mail',
      'url',
      'arn',
      'address',
      'queue',
      'queue_arn',
      'webhook',
      'target',
      'destination',
    ],
    settings: ['subscriptions[].endpoint'],
  },
  { under: 'subscriptions', words: ['type', 'firehose', 'kind'], settings: ['subscriptions[].protocol'] },
  {
    under: 'subscriptions',
    words: ['raw', 'raw_delivery'],
    settings: ['subscriptions[].raw_message_delivery'],
  },
  {
    under: 'subscriptions',
    words: ['role', 'subscription_role_arn'],
    settings: ['subscriptions[].role_arn'],
  },
  {
    under: 'results',
    words: ['accounts', 'account_ids', 'aws_accounts'],
    settings: ['results.subscriber_accounts', 'results.reader_accounts'],
    advice: 'the first may subscribe to the topic, the second may read the table',
  },
  { under: 'results', words: ['external_id'], settings: ['results.reader_external_id'] },
  { under: 'results', words: ['org', 'org_id', 'organization'], settings: ['results.organization_id'] },
  {
    words: [...PAGERS, 'sns', 'notifications', 'webhooks'],
    settings: ['monitoring.alarm_urls', 'subscriptions'],
    advice: 'the first is for alarms, the second for results',
  },
  {
    words: [
      'subscribers',
      'consumers',
      'topic',
      'topics',
      'event_bus',
      'eventbridge',
      'destinations',
      'outputs',
      'kinesis',
      'firehose',
    ],
    settings: ['subscriptions'],
  },
  { under: 'risk', words: ['threshold', 'high', 'score'], settings: ['risk.high_threshold'] },
  { under: 'risk', words: ['review', 'medium'], settings: ['risk.review_threshold'] },
  {
    words: ['threshold', 'thresholds', 'score_threshold', 'risk_threshold', 'minimum_score', 'min_score'],
    settings: ['risk.high_threshold', 'risk.review_threshold'],
  },
];
