// Words for how long something is kept, and for privacy.
import type { Synonym } from './synonym.ts';

/** The three settings that end what is kept of a person. */
const KEPT = ['s3.expiration_days', 'dynamodb.ttl_days', 'logs.retention_days'];
const KEPT_ADVICE = 'recordings are in `s3`, results in `dynamodb`, logs in `logs`';
const RETENTION_WORDS = [
  'retention',
  'retention_days',
  'retention_in_days',
  'retention_period',
  'data_retention',
  'delete_after',
  'delete_after_days',
  'expire_after',
  'expiration',
  'expiration_days',
  'expiration_in_days',
  'expire_days',
  'expiry',
  'ttl',
  'ttl_days',
  'time_to_live',
  'max_age',
  'max_age_days',
  'keep_days',
  'keep_for',
  'days',
];
const NOT_ANONYMIZED =
  'remove it: messages and logs hold no user ids and no free text; the table holds the event as Sonotheia sends it, until `dynamodb.ttl_days`';

export const PRIVACY_SYNONYMS: readonly Synonym[] = [
  {
    under: 's3',
    words: [...RETENTION_WORDS.filter((word) => word !== 'expiration_days'), 'retain'],
    settings: ['s3.expiration_days'],
  },
  { under: 'audio', words: RETENTION_WORDS, settings: ['s3.expiration_days'] },
  {
    under: 'dynamodb',
    words: RETENTION_WORDS.filter((word) => word !== 'ttl_days'),
    settings: ['dynamodb.ttl_days'],
  },
  {
    under: 'logs',
    words: RETENTION_WORDS.filter((word) => word !== 'retention_days'),
    settings: ['logs.retention_days'],
  },
  { under: 'lambda', words: RETENTION_WORDS, settings: ['logs.retention_days'] },
  {
    words: [
      'log_retention',
      'log_retention_days',
      'log_retention_in_days',
      'logs_retention',
      'cloudwatch_retention',
    ],
    settings: ['logs.retention_days'],
  },
  {
    words: ['recording_retention', 'audio_retention', 'voice_retention', 'audio_ttl', 'recording_ttl'],
    settings: ['s3.expiration_days'],
  },
  {
    words: [
      'keep_recordings',
      'keep_audio',
      'store_audio',
      'store_recordings',
      'save_audio',
      'keep_files',
      'delete_recordings',
      'delete_audio',
      'recordings',
      'recording',
      'voices',
      'keep',
      'delete_after_processing',
    ],
    settings: ['s3.expiration_days'],
    advice: 'every recording is kept until then',
  },
  {
    words: ['ttl', 'session_ttl', 'session_retention', 'sessions_retention'],
    settings: ['dynamodb.ttl_days'],
  },
  {
    words: RETENTION_WORDS.filter((word) => word !== 'ttl'),
    settings: KEPT,
    isAll: true,
    advice: KEPT_ADVICE,
  },
  {
    words: [
      'gdpr',
      'dsgvo',
      'ccpa',
      'hipaa',
      'privacy',
      'data_protection',
      'compliance',
      'right_to_be_forgotten',
      'erasure',
    ],
    settings: KEPT,
    isAll: true,
    advice: `${KEPT_ADVICE}; \`npx sonotheia explain retention\` says what is kept where; docs/privacy.md, how to erase it`,
  },
  {
    words: [
      'anonymize',
      'anonymise',
      'anonymization',
      'pseudonymize',
      'pseudonymise',
      'pii',
      'mask',
      'mask_pii',
      'masking',
      'redact',
      'redact_pii',
      'scrub',
      'personal_data',
    ],
    advice: NOT_ANONYMIZED,
  },
  {
    words: ['legal_hold', 'object_lock', 'worm', 'immutable'],
    settings: ['s3.versioning'],
    advice: 'there is no object lock; old versions are kept until `audio_retention_days`',
  },
];
