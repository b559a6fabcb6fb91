// Words for keys, secrets and permissions.
import type { Synonym } from './synonym.ts';

const ENCRYPTION = [
  'encryption',
  'encrypt',
  'encrypted',
  'encryption_at_rest',
  'kms',
  'sse',
  'server_side_encryption',
  'sse_algorithm',
  'kms_key',
  'kms_key_id',
  'kms_master_key_id',
  'cmk',
  'sse_specification',
];
const ENCRYPTION_ADVICE =
  'recordings, results, queues and logs are encrypted with keys of AWS; these choose a key of your own';

const STRICT = ['strict', 'strict_mode', 'hardened', 'hardening', 'secure', 'compliance'];

export const SECURITY_SYNONYMS: readonly Synonym[] = [
  { under: 'top', words: STRICT, settings: ['profile'] },
  { words: STRICT, settings: ['environments.<name>.profile'] },
  {
    under: 'secrets',
    words: ['rotation_days', 'rotation_enabled', 'rotate', 'automatic_rotation'],
    advice: 'remove it: `npx sonotheia secrets rotate` rotates a secret without an interruption',
  },
  { under: 's3', words: ENCRYPTION, settings: ['kms.managed', 'kms_key_arn'], advice: ENCRYPTION_ADVICE },
  {
    under: 'dynamodb',
    words: ENCRYPTION,
    settings: ['kms.managed', 'kms_key_arn'],
    advice: ENCRYPTION_ADVICE,
  },
  { under: 'logs', words: ENCRYPTION, settings: ['kms.managed', 'kms_key_arn'], advice: ENCRYPTION_ADVICE },
  { under: 'kms', words: ['enabled', 'create'], settings: ['kms.managed'] },
  { under: 'kms', words: ['arn', 'key_arn', 'key_id', 'key', 'alias'], settings: ['kms_key_arn'] },
  {
    words: ENCRYPTION.filter((word) => word !== 'kms'),
    settings: ['kms.managed', 'kms_key_arn'],
    advice: ENCRYPTION_ADVICE,
  },
  {
    under: 'secrets',
    words: ['webhook', 'signing_secret', 'webhook_signing_secret', 'secret'],
    settings: ['secrets.webhook_secret.name'],
    advice: 'the spec names the secret; `npx sonotheia secrets put` stores its value',
  },
  {
    under: 'secrets',
    words: ['sonotheia_api_key', 'key', 'token', 'sonotheia'],
    settings: ['secrets.api_key.name'],
    advice: 'the spec names the secret; `npx sonotheia secrets put` stores its value',
  },
  {
    under: 'secrets',
    words: ['arn', 'kms_key_id', 'rotation', 'provider', 'ssm', 'parameter_store', 'vault'],
    settings: ['secrets.api_key.source', 'secrets.webhook_secret.source'],
    advice: 'both secrets are in AWS Secrets Manager; `existing` takes one that you have, by its name',
  },
  {
    words: [
      'key',
      'secret',
      'api_key',
      'token',
      'credentials',
      'sonotheia_api_key',
      'webhook_secret',
      'signing_secret',
      'password',
      'access_key',
      'secret_key',
    ],
    settings: ['secrets.api_key.name', 'secrets.webhook_secret.name'],
    advice:
      'the spec names the secrets and never holds them: `npx sonotheia secrets put` stores their values',
  },
  {
    words: ['api_url', 'base_url', 'sonotheia_url', 'endpoint_url', 'api_endpoint'],
    settings: ['sonotheia_api_url'],
  },
  {
    words: [
      'permissions',
      'role',
      'roles',
      'policy',
      'policies',
      'iam_role_statements',
      'iam_roles',
      'permissions_boundary',
      'boundary',
    ],
    settings: ['iam.permissions_boundary', 'iam.role_path'],
    advice: 'each function gets a least-privilege role',
  },
  { under: 'iam', words: ['boundary', 'permission_boundary'], settings: ['iam.permissions_boundary'] },
  { under: 'iam', words: ['path'], settings: ['iam.role_path'] },
];
