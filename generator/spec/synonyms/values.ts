// Words of other tools for the values of a setting; and advice for a value of a wrong type. Data.

interface ValueWords {
  readonly setting: string;
  readonly words?: Readonly<Record<string, string>>;
  readonly advice?: string;
}

const LEVELS = {
  warning: 'WARN',
  verbose: 'DEBUG',
  critical: 'FATAL',
  silly: 'TRACE',
  notice: 'INFO',
  fine: 'DEBUG',
};
const PROFILES = {
  true: 'strict',
  yes: 'strict',
  secure: 'strict',
  hardened: 'strict',
  production: 'strict',
  prod: 'strict',
  dev: 'default',
  standard: 'default',
};
const SECRET_SOURCES = {
  create: 'managed',
  new: 'managed',
  terraform: 'managed',
  external: 'existing',
  import: 'existing',
  secretsmanager: 'existing',
};
const SECRET_VALUE =
  'if this is the secret itself, remove it from the file and replace it at Sonotheia: the spec never holds secrets, `npx sonotheia secrets put` stores them';

export const VALUE_WORDS: readonly ValueWords[] = [
  {
    setting: 'dynamodb.billing_mode',
    words: { on_demand: 'PAY_PER_REQUEST', pay_per_use: 'PAY_PER_REQUEST', capacity: 'PROVISIONED' },
  },
  {
    setting: 'lambda.architecture',
    words: {
      arm: 'arm64',
      aarch64: 'arm64',
      graviton: 'arm64',
      graviton2: 'arm64',
      x86: 'x86_64',
      x64: 'x86_64',
      amd64: 'x86_64',
      intel: 'x86_64',
    },
  },
  { setting: 'lambda.log_level', words: LEVELS },
  { setting: 'lambda.system_log_level', words: { warning: 'WARN', verbose: 'DEBUG', error: 'WARN' } },
  {
    setting: 'profile',
    words: PROFILES,
  },
  {
    setting: 'environments.<name>.profile',
    words: PROFILES,
  },
  {
    setting: 'terraform.backend',
    words: { remote: 's3', cloud: 's3', aws: 's3', bucket: 's3', file: 'local', disk: 'local' },
  },
  {
    setting: 'workflow.credentials',
    words: {
      role: 'oidc',
      openid: 'oidc',
      keys: 'static_keys',
      access_keys: 'static_keys',
      secrets: 'static_keys',
    },
  },
  {
    setting: 'subscriptions[].protocol',
    words: {
      http: 'https',
      webhook: 'https',
      slack: 'https',
      url: 'https',
      queue: 'sqs',
      function: 'lambda',
      mail: 'email',
      kinesis: 'firehose',
      stream: 'firehose',
    },
  },
  {
    setting: 'secrets.api_key.source',
    words: SECRET_SOURCES,
  },
  {
    setting: 'secrets.webhook_secret.source',
    words: SECRET_SOURCES,
  },
  { setting: 'secrets.api_key', advice: SECRET_VALUE },
  { setting: 'secrets.webhook_secret', advice: SECRET_VALUE },
  {
    setting: 'lambda.environment',
    words: {},
    advice: 'write the variables directly below `environment`, each as `NAME: value`',
  },
];
