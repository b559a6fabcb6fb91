// The limits of the rules; the golden cases of refused specs have the whole messages.
import { describe, expect, it } from 'vitest';
import { compileSpec } from '../../compile-spec.ts';
import { nameStack } from '../naming.ts';
import { schema } from '../schema.ts';

const ENVIRONMENT = 'environments:\n  dev:\n    regions: [us-east-1]\n';

/** The problems of a spec with one environment: `CODE path, the text there`. */
function check(settings: string, rest = 'project_name: acme\n'): string[] {
  const text = `${rest}${ENVIRONMENT}${settings.replace(/^/gm, '    ')}\n`;
  return checkText(text);
}

function checkText(text: string): string[] {
  const result = compileSpec('spec.yaml', Buffer.from(text));
  const found = result.ok ? result.warnings : result.diagnostics;
  const lines = text.split('\n');
  return found.map(({ code, path, location }) => {
    const there = lines[(location?.line ?? 0) - 1]?.slice((location?.column ?? 0) - 1) ?? '';
    return `${code} ${path.replace('environments.dev.', '')}, ${there}`;
  });
}

const LAYER = 'arn:aws:lambda:us-east-1:111122223333:layer:tracing';
const CERTIFICATE = 'arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab';

const codesOf = (settings: string, rest?: string): string[] =>
  check(settings, rest).map((line) => line.slice(0, 'SONO000'.length));

describe('before Terraform 1.11', () => {
  const EXISTING = '{ api_key: { source: existing }, webhook_secret: { source: existing } }';
  const warn = (dev: string, prod: string): string[] =>
    checkText(
      `project_name: acme\nterraform: { required_version: ">= 1.9" }\nenvironments:\n  dev: ${dev}\n  prod: ${prod}\n`,
    ).map((line) => line.slice(0, 'SONO000'.length));

  it.each([
    ['everywhere', '{ regions: [us-east-1] }', '{ regions: [us-east-1] }', ['SONO601']],
    [
      'in one environment',
      `{ regions: [us-east-1], secrets: ${EXISTING} }`,
      '{ regions: [us-east-1] }',
      ['SONO601'],
    ],
    [
      'in one region',
      `{ regions: [us-east-1, eu-west-1], region_overrides: { eu-west-1: { secrets: ${EXISTING} } } }`,
      `{ regions: [us-east-1], secrets: ${EXISTING} }`,
      ['SONO601'],
    ],
    [
      'nowhere',
      `{ regions: [us-east-1], secrets: ${EXISTING} }`,
      `{ regions: [us-east-1], secrets: ${EXISTING} }`,
      [],
    ],
  ])('warns of secrets that are managed %s', (_, dev, prod, codes) => {
    expect(warn(dev, prod)).toEqual(codes);
  });
});

describe('endpoints of subscriptions', () => {
  const check1 = (protocol: string, endpoint: string): string[] =>
    codesOf(`subscriptions: [{ name: a, protocol: ${protocol}, endpoint: ${JSON.stringify(endpoint)} }]`);
  const ACCOUNT = 'us-west-1:123456789012';
  const LONG = 'n'.repeat(64);

  it.each([
    ['sqs', `arn:aws:sqs:${ACCOUNT}:${'q'.repeat(80)}`],
    ['sqs', 'arn:aws:sqs:us-east-1:123456789012:a_B-1'],
    ['lambda', `arn:aws:lambda:${ACCOUNT}:function:${LONG}`],
    ['lambda', 'arn:aws:lambda:us-east-1:123456789012:function:a_B-1:$LATEST'],
    ['lambda', 'arn:aws:lambda:us-east-1:123456789012:function:a:live_1'],
    ['email', 'fraud-team+eu@mail.example-1.com'],
    ['email-json', 'desk@example.com'],
    ['https', 'https://example.com/hook?token=1'],
  ])('%s: %s', (protocol, endpoint) => {
    expect(check1(protocol, endpoint)).toEqual([]);
  });

  it.each([
    ['sqs', 'x arn:aws:sqs:us-east-1:123456789012:q'],
    ['sqs', 'arn:aws:sqs:us-east-1:123456789012:q.fifo'],
    ['https', 'https:example.com/x'],
    ['sqs', 'arn:aws:sqs:us-east-1:123456789012:q x'],
    ['sqs', `arn:aws:sqs:us-east-1:123456789012:${'q'.repeat(81)}`],
    ['sqs', 'arn:aws1:sqs:us-east-1:123456789012:q'],
    ['lambda', 'xarn:aws:lambda:us-east-1:123456789012:function:a'],
    ['lambda', 'arn:aws:lambda:us-east-1:123456789012:function:a/'],
    ['lambda', `arn:aws:lambda:us-east-1:123456789012:function:${LONG}n`],
    ['lambda', 'arn:aws:lambda:us-east-1:12345678901:function:a'],
    ['lambda', 'arn:aws:lambda:us-east-1:12345678901x:function:a'],
    ['lambda', 'arn:aws:lambda:US:123456789012:function:a'],
    ['lambda', 'arn:aws:lambda:us-east-1:123456789012:function:a:'],
    ['lambda', 'arn:aws1:lambda:us-east-1:123456789012:function:a'],
    ['lambda', 'arn:aws:sqs:us-east-1:123456789012:q'],
    ['email', 'a b@example.com'],
    ['email', 'desk@example.com x'],
    ['email', 'desk@example'],
    ['email', '@example.com'],
    ['email-json', 'desk'],
    ['https', 'http://localhost/hook'],
    ['https', 'nowhere'],
  ])('not %s: %s', (protocol, endpoint) => {
    expect(check1(protocol, endpoint)).toEqual(['SONO311']);
  });
});

describe('names', () => {
  /** AWS's limits, in the words and the order of the messages. */
  const LIMITS = [
    ['bucket', 'S3 bucket', 63, 'project_name', 'Amazon S3'],
    ['accessLogBucket', 'S3 bucket', 63, 'project_name', 'Amazon S3'],
    ['webhookFunction', 'Lambda function', 64, 'function_prefix', 'AWS Lambda'],
    ['audioFunction', 'Lambda function', 64, 'function_prefix', 'AWS Lambda'],
    ['webhookRole', 'IAM role', 64, 'function_prefix', 'AWS IAM'],
    ['audioRole', 'IAM role', 64, 'function_prefix', 'AWS IAM'],
    ['apiLoggingRole', 'IAM role', 64, 'project_name', 'AWS IAM'],
    ['webhookDeadLetterQueue', 'SQS queue', 80, 'project_name', 'Amazon SQS'],
  ] as const;

  const describeSpec = (project: string, prefix: string, environment: string, hasLogs: boolean): Buffer =>
    Buffer.from(`project_name: ${project}
function_prefix: ${prefix}
defaults: { s3: { access_logs: ${hasLogs} } }
environments:
  ${environment}: { regions: [us-east-1] }
`);

  it.each([
    ['p'.repeat(40), 'ff', true],
    ['p'.repeat(40), 'ff', false],
    ['p'.repeat(34), 'f'.repeat(30), true],
    ['pp', 'f'.repeat(30), true],
  ])(
    'of the project %s with functions %s (access logs: %s) are refused just where AWS would',
    (project, prefix, hasLogs) => {
      let refused = 0;
      for (let length = 1; length <= 20; length += 1) {
        const environment = 'e'.repeat(length);
        const short = compileSpec('spec.yaml', describeSpec('pp', 'ff', environment, hasLogs));
        const [resolved] = short.ok ? short.value.environments : [];
        const [region] = resolved?.regions ?? [];
        if (resolved === undefined || region === undefined) throw new Error('the short spec was refused');
        const names = nameStack({ ...resolved, projectName: project, functionPrefix: prefix }, region);
        const tooLong = LIMITS.filter(
          ([name, , limit]) => names[name].length > limit && (hasLogs || name !== 'accessLogBucket'),
        );
        // One for each place.
        const told = tooLong.filter(
          ([, , , setting], index) => tooLong.findIndex((other) => other[3] === setting) === index,
        );
        const expected = told.map(([name, what, limit, setting, owner]) => ({
          path: setting,
          what: `the ${what} name \`${names[name]}\` has ${names[name].length} characters; AWS allows ${limit}`,
          why: `${owner}: a name has at most ${limit} characters`,
          fix: `shorten \`${setting}\` or the environment's name by ${names[name].length - limit}`,
        }));
        const result = compileSpec('spec.yaml', describeSpec(project, prefix, environment, hasLogs));
        const found = (result.ok ? [] : result.diagnostics).filter(({ code }) => code === 'SONO312');
        const shown = found.map(({ path, what, why, fix }) => ({ path, what, why, fix }));
        expect(shown.sort((one, other) => (one.path < other.path ? 1 : -1))).toEqual(
          expected.sort((one, other) => (one.path < other.path ? 1 : -1)),
        );
        refused += found.length;
      }
      expect(refused).toBeGreaterThan(0);
    },
  );

  it.each([
    ['xn--acme', 1],
    ['sthree-acme', 1],
    ['amzn-s3-demo-acme', 1],
    ['acme-s3alias', 1],
    ['acme--ol-s3', 1],
    ['acme.mrap', 1],
    ['acme--x-s3', 1],
    ['acme--table-s3', 1],
    ['acme..voice', 1],
    ['10.0.0.1', 1],
    ['acme-xn--voice', 0],
    ['acme-s3alias-voice', 0],
    ['a10.0.0.1', 0],
    ['10.0.0.1.2', 0],
    ['10.0.0.1-a', 0],
    ['10.0.0', 0],
    ['acme.voice', 0],
  ])('the bucket %s has %i problems', (name, count) => {
    expect(check(`s3: { bucket_name: ${name} }`)).toEqual(
      count === 0 ? [] : [`SONO313 s3.bucket_name, ${name} }`],
    );
  });

  it('of a bucket may be invalid because of the project', () => {
    expect(check('', 'project_name: sthree-acme\n')).toEqual(['SONO313 project_name, sthree-acme']);
  });

  it.each(['Project', 'Environment', 'ManagedBy'])('of the tag %s are taken', (key) => {
    expect(check(`tags: { ${key}: mine, owner: voice }`)).toEqual([
      `SONO314 tags.${key}, mine, owner: voice }`,
    ]);
  });

  it.each([
    ['managed', 'managed', 1],
    ['managed', 'existing', 1],
    ['existing', 'managed', 1],
    ['existing', 'existing', 0],
  ])('of the secrets may be the same only if both are existing: %s and %s', (apiKey, webhook, count) => {
    const secrets = `secrets: { api_key: { source: ${apiKey}, name: both }, webhook_secret: { source: ${webhook}, name: both } }`;
    expect(codesOf(secrets).filter((code) => code === 'SONO319')).toHaveLength(count);
    expect(codesOf(secrets.replace('both', 'other'))).not.toContain('SONO319');
  });

  it('of the secrets are refused at the only explicit one', () => {
    expect(check('secrets: { api_key: { name: sonotheia-webhook-secret-dev } }')).toEqual([
      'SONO319 secrets.api_key.name, sonotheia-webhook-secret-dev } }',
    ]);
  });
});

describe('settings that must fit each other', () => {
  it.each<[string, string[]]>([
    ['s3: { audio_retention_days: 90, glacier_days: 120, expiration_days: 121 }', []],
    [
      's3: { audio_retention_days: 90, glacier_days: 119, expiration_days: 120 }',
      ['SONO301 s3.glacier_days, 119, expiration_days: 120 }'],
    ],
    [
      's3: { audio_retention_days: 90, glacier_days: 120, expiration_days: 120 }',
      ['SONO619 s3.glacier_days, glacier_days: 120, expiration_days: 120 }'],
    ],
    ['s3: { audio_retention_days: 90 }', ['SONO301 s3.audio_retention_days, 90 }']],
    ['s3: { glacier_days: 365 }', ['SONO619 s3.glacier_days, glacier_days: 365 }']],
    ['s3: { expiration_days: 4 }', []],
    ['s3: { expiration_days: 70 }', []],
    ['s3: { audio_retention_days: 60, expiration_days: 85 }', []],
    [
      's3: { audio_retention_days: 90, glacier_days: 91, expiration_days: 7 }',
      [
        'SONO619 s3.audio_retention_days, audio_retention_days: 90, glacier_days: 91, expiration_days: 7 }',
        'SONO619 s3.glacier_days, glacier_days: 91, expiration_days: 7 }',
      ],
    ],
    ['{ lambda: { timeout: 30 }, monitoring: { duration_seconds: 29 } }', []],
    [
      '{ lambda: { timeout: 30 }, monitoring: { duration_seconds: 30 } }',
      ['SONO303 monitoring.duration_seconds, 30 } }'],
    ],
    ['{ lambda: { timeout: 30 }, monitoring: { enabled: false, duration_seconds: 30 } }', []],
    ['lambda: { timeout: 20 }', ['SONO303 lambda.timeout, 20 }']],
    ['audio: { queue_retention_days: 13, dlq_retention_days: 14 }', []],
    [
      'audio: { queue_retention_days: 13, dlq_retention_days: 13 }',
      ['SONO304 audio.dlq_retention_days, 13 }'],
    ],
    ['audio: { queue_retention_days: 14 }', ['SONO304 audio.queue_retention_days, 14 }']],
    ['dynamodb: { billing_mode: PROVISIONED, min_read_capacity: 7, max_read_capacity: 7 }', []],
    [
      'dynamodb: { billing_mode: PROVISIONED, min_read_capacity: 8, max_read_capacity: 7 }',
      ['SONO305 dynamodb.max_read_capacity, 7 }'],
    ],
    [
      'dynamodb: { billing_mode: PROVISIONED, min_write_capacity: 8, max_write_capacity: 7 }',
      ['SONO305 dynamodb.max_write_capacity, 7 }'],
    ],
    [
      'dynamodb: { billing_mode: PAY_PER_REQUEST, min_read_capacity: 8 }',
      ['SONO619 dynamodb.min_read_capacity, min_read_capacity: 8 }'],
    ],
    ['waf: { rate_limit_per_5_minutes: 9000 }', ['SONO619 waf, waf: { rate_limit_per_5_minutes: 9000 }']],
    ['waf: { enabled: false, rate_limit_per_5_minutes: 9000 }', []],
    ['{ api_gateway: { enabled: false }, waf: { enabled: true } }', ['SONO619 waf, waf: { enabled: true }']],
    [
      'secrets: { api_key: { source: existing, version: 2 } }',
      ['SONO619 secrets.api_key.version, version: 2 } }'],
    ],
    [
      'vpc: { subnet_ids: [subnet-0123456789abcdef0] }',
      ['SONO306 vpc.subnet_ids, [subnet-0123456789abcdef0] }'],
    ],
    [
      'vpc: { security_group_ids: [sg-0123456789abcdef0] }',
      ['SONO306 vpc.security_group_ids, [sg-0123456789abcdef0] }'],
    ],
    ['vpc: { subnet_ids: [subnet-0123456789abcdef0], security_group_ids: [sg-0123456789abcdef0] }', []],
    ['tags: { team: a, project2: b }', []],
    ['tags: { team: a, Team: b }', ['SONO314 tags.Team, b }']],
    ['tags: { MANAGEDBY: me }', ['SONO314 tags.MANAGEDBY, me }']],
    ['tags: { "AWS:x": a }', ['SONO209 tags.AWS:x, "AWS:x": a }']],
    ['risk: { high_threshold: 0.5, review_threshold: 0.5 }', []],
    ['risk: { high_threshold: 0.5, review_threshold: 0.6 }', ['SONO309 risk.review_threshold, 0.6 }']],
    ['risk: { high_threshold: 0.1 }', ['SONO309 risk.high_threshold, 0.1 }']],
    ['{ lambda: { timeout: 10 }, monitoring: { duration_seconds: 5 } }', []],
    [
      '{ lambda: { timeout: 9 }, monitoring: { duration_seconds: 5 } }',
      ['SONO602 lambda.timeout, 9 }, monitoring: { duration_seconds: 5 } }'],
    ],
    ['audio: { max_concurrency: 27 }', []],
    ['audio: { max_concurrency: 28 }', ['SONO614 audio.max_concurrency, 28 }']],
    ['audio: { max_concurrency: 28, api_requests_per_minute: 101 }', []],
    ['audio: { api_requests_per_minute: 1 }', []],
    ['audio: { batch_size: 10 }', ['SONO614 audio.batch_size, 10 }']],
    ['audio: { batch_size: 10, max_concurrency: 2 }', []],
    ['{ lambda: { reserved_concurrency: { audio_processor: 5 } }, audio: { max_concurrency: 5 } }', []],
    [
      '{ lambda: { reserved_concurrency: { audio_processor: 4 } }, audio: { max_concurrency: 5 } }',
      ['SONO341 lambda.reserved_concurrency.audio_processor, 4 } }, audio: { max_concurrency: 5 } }'],
    ],
    ['lambda: { reserved_concurrency: { webhook_handler: 800, audio_processor: 100 } }', []],
    [
      'lambda: { reserved_concurrency: { webhook_handler: 801, audio_processor: 100 } }',
      [
        'SONO609 lambda.reserved_concurrency, reserved_concurrency: { webhook_handler: 801, audio_processor: 100 } }',
      ],
    ],
    ['api_gateway: { ip_allow_list: [203.0.113.0/24, 203.0.113.7/32, "2001:db8::/128"] }', []],
    [
      'api_gateway: { ip_allow_list: [203.0.113.0/33] }',
      ['SONO342 api_gateway.ip_allow_list[0], 203.0.113.0/33] }'],
    ],
    [
      'api_gateway: { ip_allow_list: [10.0.0.0/8, "2001:db8::/129"] }',
      ['SONO342 api_gateway.ip_allow_list[1], "2001:db8::/129"] }'],
    ],
  ])('%s', (settings, expected) => {
    const lines = settings.startsWith('{') ? settings.slice(2, -2).replace(' }, ', ' }\n') : settings;
    const found = check(lines);
    const wanted = settings.startsWith('{')
      ? expected.map((line) => line.replace(/( \})(?:, \w+: .*)? \}$/, '$1'))
      : expected;
    expect(found).toEqual(wanted);
  });

  it('refuses an allow-list whose policy is longer than AWS takes', () => {
    // Each address block counts with its quotes and a comma, and is in the policy twice.
    const allow = (count: number): string[] =>
      check(
        `api_gateway: { ip_allow_list: [${Array.from({ length: count }, (_, index) => `"2001:db8::${1000 + index}/128"`).join(', ')}] }`,
      ).map((line) => line.split(',')[0] ?? '');
    expect(allow(184)).toEqual([]);
    expect(allow(185)).toEqual(['SONO347 api_gateway.ip_allow_list']);
  });

  it.each([
    ['retry_count: 60, retry_delay_seconds: 60', []],
    ['retry_count: 61, retry_delay_seconds: 60', ['SONO349']],
    ['retry_delay_seconds: 60', ['SONO619']],
    ['include_unscored: true', ['SONO619']],
    ['role_arn: "arn:aws:iam::123456789012:role/x"', ['SONO349']],
    ['minimum_score: 0.8', ['SONO616']],
    ['minimum_score: 0.8, event_types: [deepfake.completed, voice.cloned]', ['SONO617']],
    ['minimum_score: 0.8, include_unscored: true', []],
    ['event_types: [mfa.completed, deepfake.completed], minimum_score: 0.8', ['SONO616']],
    ['event_types: [mfa.completed], minimum_score: 0.8', ['SONO618']],
    ['event_types: [mfa.completed], minimum_score: 0.8, include_unscored: true', []],
    ['event_types: [mfa.completed], risk: [high]', ['SONO618']],
    ['event_types: [mfa.failed], verdict: [verified]', ['SONO618']],
    ['event_types: [mfa.failed], verdict: [not_verified]', []],
    ['event_types: [mfa.failed, voice.cloned], verdict: [verified]', ['SONO617']],
    ['verdict: [verified], risk: [high]', ['SONO618']],
    ['risk: [low], minimum_score: 0.8', ['SONO618']],
    ['risk: [review], minimum_score: 0.8', ['SONO618']],
    ['risk: [review], minimum_score: 0.79', ['SONO616']],
    ['risk: [unknown], minimum_score: 0.5', ['SONO618']],
    ['risk: [unknown], minimum_score: 0.5, include_unscored: true', []],
    ['event_types: [deepfake.failed], risk: [unknown]', []],
    ['verdict: [verified, not_verified]', []],
  ])('judges a subscription with %s', (settings, codes) => {
    expect(
      codesOf(
        `subscriptions: [{ name: a, protocol: https, endpoint: "https://example.com/x", ${settings} }]`,
      ),
    ).toEqual(codes);
  });

  it('refuses two subscriptions of one endpoint, whatever their filters', () => {
    const subscribe = (second: string): string[] =>
      codesOf(
        `subscriptions:\n  - { name: a, protocol: email, endpoint: a@example.com, risk: [high] }\n  - { name: b, ${second} }`,
      );
    expect(subscribe('protocol: email, endpoint: a@example.com')).toEqual(['SONO346']);
    expect(subscribe('protocol: email-json, endpoint: a@example.com')).toEqual([]);
  });

  it.each([
    ['auto', ['SONO312']],
    ['never', []],
  ])(
    'with `account_role: %s` measures the name of the API logging role only if the stack makes it',
    (role, codes) => {
      // `-api-logging-dev-ap-southeast-2` has 31 characters; IAM allows 64.
      const found = checkText(
        `project_name: ${'a'.repeat(37)}\nenvironments:\n  dev: { regions: [us-east-1, ap-southeast-2], api_gateway: { account_role: ${role} } }\n`,
      );
      expect(found.map((line) => line.slice(0, 'SONO000'.length))).toEqual(codes);
    },
  );

  it('refuses a table name with which the names of scaling policies are too long', () => {
    const name = (length: number, mode: string): string[] =>
      codesOf(`dynamodb: { billing_mode: ${mode}, table_name: ${'t'.repeat(length)} }`);
    expect(name(243, 'PROVISIONED')).toEqual([]);
    expect(name(244, 'PROVISIONED')).toEqual(['SONO312']);
    expect(name(255, 'PAY_PER_REQUEST')).toEqual([]);
  });

  it.each(['con', 'nul', 'aux', 'prn', 'com1', 'lpt9'])('refuses an environment called %s', (name) => {
    const found = checkText(`project_name: acme\nenvironments:\n  ${name}: { regions: [us-east-1] }\n`);
    expect(found).toEqual([`SONO348 environments.${name}, ${name}: { regions: [us-east-1] }`]);
  });

  it.each([
    ['terraform: { extra_files: [con.tf, modules/Aux.x/a.tf, console.tf] }', 2],
    ['build: { handlers: src/nul }', 1],
  ])('refuses the name of a device in %s', (setting, count) => {
    const found = checkText(
      `project_name: acme\n${setting}\nenvironments: { dev: { regions: [us-east-1] } }\n`,
    );
    expect(found.map((line) => line.slice(0, 'SONO000'.length))).toEqual(Array(count).fill('SONO348'));
  });

  it.each([
    ['runs_on: windows-latest', 'SONO358'],
    ['runs_on: [self-hosted, macOS]', 'SONO358'],
    ['runs_on: [self-hosted, windows-builders-are-elsewhere]', 'SONO358'],
    ['branch: HEAD', 'SONO206'],
    ['branch: refs/heads/main', 'SONO206'],
    ['branch: release.lock', 'SONO206'],
    ['branch: a.lock/b', 'SONO206'],
    ['github: { repository: acme/voice.git }', 'SONO206'],
    ['github: { repository: acme/.. }', 'SONO206'],
  ])('refuses the workflow with %s', (setting, code) => {
    const found = checkText(
      `project_name: acme\nworkflow: { ${setting} }\nenvironments: { dev: { regions: [us-east-1] } }\n`,
    );
    expect(found.map((line) => line.slice(0, 'SONO000'.length))).toEqual([code]);
  });

  it.each([
    'runs_on: big-windows',
    'branch: refs',
    'branch: release/1.x',
    'branch: a.lock.b',
    'github: { repository: acme/.github }',
  ])('accepts the workflow with %s', (setting) => {
    const spec = `project_name: acme\nworkflow: { ${setting} }\nenvironments: { dev: { regions: [us-east-1] } }\n`;
    expect(checkText(spec)).toEqual([]);
  });

  it('warns of recordings that expire while they wait in the queue', () => {
    expect(codesOf('s3: { expiration_days: 3 }')).toEqual(['SONO628']);
    expect(codesOf('s3: { expiration_days: 4 }')).toEqual([]);
    expect(codesOf('s3: { expiration_days: 1 }\naudio: { queue_retention_days: 1 }')).toEqual([]);
  });

  it('warns of a strict environment’s weaker settings, in days only where there are fewer', () => {
    const strict = (settings: string): string[] =>
      check(`profile: strict\n${settings}`).filter((line) => line.startsWith('SONO608'));
    expect(strict('')).toEqual([]);
    expect(strict('logs: { retention_days: 180 }')).toEqual(['SONO608 logs.retention_days, 180 }']);
    expect(strict('logs: { retention_days: 365 }')).toEqual([]);
    expect(strict('logs: { retention_days: 3653 }')).toEqual([]);
    expect(strict('waf: { managed_rules: count }')).toEqual(['SONO608 waf.managed_rules, count }']);
  });
});

describe('variables of the functions', () => {
  const find = (variables: string): string[] => codesOf(`lambda: { environment: ${variables} }`);

  it.each([
    [
      '{ AWS_LAMBDA_EXEC_WRAPPER: /opt/wrapper, NODE_OPTIONS: --require /opt/x.js, DD_SITE: datadoghq.eu }',
      [],
    ],
    ['{ AWS_SESSION_TOKEN: x, MAX_ATTEMPTS: "9" }', ['SONO370', 'SONO370']],
    ['{ NEW_RELIC_LICENSE_KEY: 0123456789abcdef }', ['SONO630']],
    ['{ OTEL_HEADERS: eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln }', ['SONO630']],
    [
      '{ AWS_ENDPOINT_URL: "https://aws.example.com", NODE_TLS_REJECT_UNAUTHORIZED: "0" }',
      ['SONO631', 'SONO631'],
    ],
    ['{ AWS_ENDPOINT_URL_S3: "http://s3.us-east-1.amazonaws.com" }', ['SONO631']],
    ['{ AWS_ENDPOINT_URL_S3: "https://amazonaws.com.example.com" }', ['SONO631']],
    ['{ AWS_ENDPOINT_URL_S3: "https://user@evil.example/?.amazonaws.com" }', ['SONO631']],
    ['{ AWS_ENDPOINT_URL_SNS: "https://vpce-1.sns.cn-north-1.vpce.amazonaws.com.cn/" }', []],
    ['{ DD_API_KEY_SECRET_ARN: x, SECRET_FILE: /opt/x, NEW_RELIC_TOKEN_ENABLED: "true" }', []],
  ])('%s', (variables, codes) => {
    expect(find(variables)).toEqual(codes);
  });

  it('fit into 4 KB with the own ones', () => {
    expect(find(`{ A1: ${'x'.repeat(2500)} }`)).toEqual([]);
    expect(find(`{ A1: ${'x'.repeat(3400)} }`)).toEqual(['SONO371']);
  });
});

describe('custom domains', () => {
  const domain = (name: string, region = 'us-east-1'): string =>
    `api_gateway: { domain: { name: ${name}, certificate_arn: "${CERTIFICATE.replace('us-east-1', region)}" } }`;

  it('each stack has its own', () => {
    const find = (first: string, second: string): string[] =>
      checkText(
        `project_name: acme\nenvironments:\n  dev: { account_id: "111122223333", regions: [us-east-1], ${domain(first)} }\n  prod: { account_id: "111122223333", regions: [us-east-1], ${domain(second)} }\n`,
      ).map((line) => line.slice(0, 'SONO000'.length));
    expect(find('dev.example.com', 'prod.example.com')).toEqual([]);
    expect(find('hooks.example.com', 'hooks.example.com')).toEqual(['SONO318']);
  });

  it.each([
    ['hooks.example.com', []],
    ['xn--bcher-kva.example.xn--p1ai', []],
    ['"*.example.com"', ['SONO206']],
    ['Hooks.example.com', ['SONO206']],
    ['localhost', ['SONO206']],
    ['-a.example.com', ['SONO206']],
  ])('%s', (name, codes) => {
    expect(codesOf(domain(name))).toEqual(codes);
  });

  it('need a certificate of the region, and are needed by the other settings', () => {
    expect(codesOf(domain('hooks.example.com', 'eu-west-1'))).toEqual(['SONO375']);
    expect(codesOf('api_gateway: { disable_execute_api_endpoint: true }')).toEqual(['SONO374']);
    expect(codesOf('api_gateway: { domain: { hosted_zone_id: Z0123456789 } }')).toEqual(['SONO374']);
    expect(codesOf('api_gateway: { enabled: false, domain: { name: a.example.com } }')).toEqual([]);
  });
});

describe('reader accounts', () => {
  const find = (project: string, results: string): string[] =>
    checkText(
      `project_name: ${project}\nenvironments:\n  dev: { regions: [us-east-1, ap-southeast-2], results: { ${results} } }\n`,
    ).map((line) => line.slice(0, 'SONO000'.length));

  it.each([
    ['a'.repeat(30), 'reader_accounts: ["111122223333"]', []],
    // `-results-reader-dev-ap-southeast-2` has 34 characters.
    ['a'.repeat(31), 'reader_accounts: ["111122223333"]', ['SONO312']],
    ['a'.repeat(31), 'reader_external_id: acme', ['SONO619']],
    ['acme', 'reader_accounts: [111122223333]', ['SONO203']],
    ['acme', 'reader_accounts: ["arn:aws:iam::111122223333:root"]', ['SONO206']],
    ['acme', 'reader_accounts: ["111122223333"], reader_external_id: "a b"', ['SONO206']],
  ])('%s with %s', (project, results, codes) => {
    expect(find(project, results)).toEqual(codes);
  });
});

describe('partitions and accounts', () => {
  const KEY = 'arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const find = (...environments: string[]): string[] =>
    checkText(
      `project_name: acme\nenvironments:\n${environments.map((text) => `  ${text}\n`).join('')}`,
    ).filter((line) => /^SONO36[01]/.test(line));

  it.each([
    [
      'two partitions',
      'dev: { regions: [us-east-1, us-gov-west-1] }',
      'SONO360 regions[1], us-gov-west-1] }',
    ],
    ['their own key', `dev: { regions: [us-gov-west-1], kms_key_arn: "${KEY}" }`, undefined],
    [
      'a key of another partition',
      `dev: { regions: [us-east-1], kms_key_arn: "${KEY}" }`,
      `SONO361 kms_key_arn, "${KEY}" }`,
    ],
    [
      'a role of another account',
      'dev: { account_id: "444455556666", regions: [us-east-1], plan_role_arn: "arn:aws:iam::111122223333:role/plan" }',
      'SONO361 plan_role_arn, "arn:aws:iam::111122223333:role/plan" }',
    ],
    [
      "AWS's own policy",
      'dev: { account_id: "444455556666", regions: [us-east-1], iam: { permissions_boundary: "arn:aws:iam::aws:policy/PowerUserAccess" } }',
      undefined,
    ],
    [
      "a vendor's layer, and a variable that names its secret",
      `dev: { account_id: "444455556666", regions: [us-east-1], lambda: { layers: ["${LAYER}:1"], environment: { DD_API_KEY_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf" } } }`,
      undefined,
    ],
    [
      'a certificate of another account',
      `dev: { account_id: "444455556666", regions: [us-east-1], api_gateway: { domain: { name: a.example.com, certificate_arn: "${CERTIFICATE}" } } }`,
      `SONO361 api_gateway.domain.certificate_arn, "${CERTIFICATE}" } } }`,
    ],
    [
      'a secret of another partition to adopt',
      'dev: { regions: [us-east-1], adopt: { us-east-1: { webhook_secret: "arn:aws-cn:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf" } } }',
      'SONO361 adopt.us-east-1.webhook_secret, "arn:aws-cn:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf" } } }',
    ],
  ])('%s', (_, environment, problem) => {
    expect(find(environment)).toEqual(problem === undefined ? [] : [problem]);
  });

  it("another account's subscriber can subscribe itself", () => {
    const fixes = (text: string): (string | undefined)[] => {
      const result = compileSpec(
        'spec.yaml',
        Buffer.from(
          `project_name: acme\nenvironments:\n  dev: { account_id: "444455556666", regions: [us-east-1], ${text} }\n`,
        ),
      );
      return result.ok ? [] : result.diagnostics.map(({ code, fix }) => `${code} ${fix}`);
    };
    const own = 'give the one in 444455556666, or correct `account_id`';
    expect(
      fixes(
        'subscriptions: [{ name: a, protocol: sqs, endpoint: "arn:aws:sqs:us-east-1:111122223333:cases" }]',
      ),
    ).toEqual([
      `SONO361 remove the subscription and add "111122223333" to \`results.subscriber_accounts\`, so that the account subscribes itself; or ${own}`,
    ]);
    expect(fixes('results: { subscriber_accounts: ["111122223333"] }')).toEqual([]);
  });

  it('one account in two partitions', () => {
    const found = find(
      'dev: { account_id: "444455556666", regions: [us-east-1] }',
      'gov: { account_id: "444455556666", regions: [us-gov-west-1] }',
    );
    expect(found).toEqual([
      'SONO360 environments.gov.account_id, "444455556666", regions: [us-gov-west-1] }',
    ]);
  });

  it('all patterns of ARNs in the schema know the same partitions', () => {
    const patterns = JSON.stringify(schema).match(/"\^arn:[^"]*/g) ?? [];
    expect(patterns.length).toBeGreaterThan(5);
    expect(patterns.filter((pattern) => !pattern.startsWith('"^arn:aws(-cn|-us-gov)?:'))).toEqual([]);
  });
});
