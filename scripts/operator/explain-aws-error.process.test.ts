// Real errors of the SDK, from a server that answers like AWS or from an unreachable one: each gets advice that works.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { explainAwsError } from './explain-aws-error.ts';

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

const SKEW = 'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z';
const INVALID_TOKEN = 'The security token included in the request is invalid.';

/** The error answers of each protocol. */
const asQuery = (status: number, code: string, message: string): Answer => ({
  status,
  type: 'text/xml',
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});
const asS3 = (status: number, code: string, message: string): Answer => ({
  status,
  type: 'application/xml',
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});
const asJson = (status: number, code: string, message: string): Answer => ({
  status,
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message }),
});

const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' };
let answer: Answer = { status: 200 };
let endpoint = '';
const server = http.createServer((_, response) => {
  response.writeHead(answer.status, answer.type === undefined ? {} : { 'content-type': answer.type });
  response.end(answer.body);
});
const settings = () => ({ region: 'us-east-1', endpoint, credentials: KEYS, maxAttempts: 1 });

const CALLS = {
  sts: () => new STSClient(settings()).send(new GetCallerIdentityCommand()),
  s3: () => new S3Client({ ...settings(), forcePathStyle: true }).send(new ListBucketsCommand()),
  'head of a bucket': () =>
    new S3Client({ ...settings(), forcePathStyle: true }).send(new HeadBucketCommand({ Bucket: 'b' })),
  dynamodb: () => new DynamoDBClient(settings()).send(new ListTablesCommand()),
  secrets: () => new SecretsManagerClient(settings()).send(new CreateSecretCommand({ Name: 'n' })),
};

const explain = async (call: () => Promise<unknown>) => {
  const error: unknown = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return explainAwsError(error);
};

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  endpoint = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterAll(() => void server.close());
afterEach(() => vi.unstubAllEnvs());

const CLOCK = ["This machine's clock is wrong.", 'timedatectl'] as const;
const UNKNOWN = ['AWS does not know the credentials.', 'AWS_PROFILE'] as const;
const EXPIRED = ['The AWS credentials have expired.', 'aws sso login'] as const;
const DENIED = ['The credentials lack a permission.', 'administrator'] as const;
const LIMITED = ['AWS limits the requests of the account.', 'wait a minute'] as const;
const QUOTA = ['A quota of the account is used up.', 'service-quotas'] as const;
const REGION = ['The account has not enabled the region.', 'enable-region'] as const;
const STRANGER = ['The response did not come from AWS.', 'HTTPS_PROXY'] as const;

test.each<[keyof typeof CALLS, Answer, readonly [what: string, fix: string]]>([
  ['sts', asQuery(403, 'SignatureDoesNotMatch', SKEW), CLOCK],
  ['s3', asS3(403, 'RequestTimeTooSkewed', 'The difference between the request time is too large.'), CLOCK],
  ['dynamodb', asJson(400, 'InvalidSignatureException', SKEW), CLOCK],
  ['secrets', asJson(400, 'InvalidSignatureException', 'Signature not yet current: 2027'), CLOCK],
  ['sts', asQuery(400, 'RequestExpired', 'Request has expired.'), CLOCK],
  [
    'sts',
    asQuery(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match'),
    UNKNOWN,
  ],
  ['sts', asQuery(403, 'InvalidClientTokenId', INVALID_TOKEN), UNKNOWN],
  ['s3', asS3(403, 'InvalidAccessKeyId', 'The key does not exist in our records.'), UNKNOWN],
  ['dynamodb', asJson(400, 'UnrecognizedClientException', INVALID_TOKEN), UNKNOWN],
  ['sts', asQuery(403, 'ExpiredToken', 'The security token included in the request is expired'), EXPIRED],
  ['s3', asS3(400, 'ExpiredToken', 'The provided token has expired.'), EXPIRED],
  ['dynamodb', asJson(400, 'ExpiredTokenException', 'The security token is expired'), EXPIRED],
  ['s3', asS3(403, 'AccessDenied', 'User is not authorized to perform: s3:ListAllMyBuckets'), DENIED],
  ['head of a bucket', { status: 403 }, DENIED],
  [
    'dynamodb',
    asJson(400, 'AccessDeniedException', 'not authorized to perform: dynamodb:ListTables'),
    DENIED,
  ],
  ['dynamodb', asJson(400, 'ThrottlingException', 'Rate exceeded'), LIMITED],
  ['sts', asQuery(400, 'Throttling', 'Rate exceeded'), LIMITED],
  ['s3', asS3(503, 'SlowDown', 'Please reduce your request rate.'), LIMITED],
  ['dynamodb', asJson(400, 'RequestLimitExceeded', 'of the account'), LIMITED],
  ['secrets', asJson(400, 'LimitExceededException', 'You have reached the quota of secrets'), QUOTA],
  ['s3', asS3(400, 'TooManyBuckets', 'You have attempted to create more buckets than allowed'), QUOTA],
  ['sts', asQuery(403, 'RegionDisabledException', 'STS is not activated in this region'), REGION],
  [
    'dynamodb',
    asJson(500, 'InternalServerError', 'Oops'),
    ['AWS is unavailable: InternalServerError.', 'some minutes'],
  ],
  [
    's3',
    { status: 503, type: 'text/html', body: '<html>down</html>' },
    ['AWS is unavailable', 'some minutes'],
  ],
  ['sts', { status: 200, type: 'text/html', body: '<html><body>Log in to the hotel<br></body>' }, STRANGER],
  ['dynamodb', { status: 200, type: 'text/html', body: '<html>Log in' }, STRANGER],
  ['dynamodb', { status: 403, type: 'text/html', body: '<html>Blocked by the proxy' }, STRANGER],
])('%s, %j', async (call, given, [what, fix]) => {
  answer = given;
  const text = await explain(CALLS[call]);
  expect(text?.what).toContain(what);
  expect(text?.fix).toContain(fix);
  expect(text?.why).toMatch(/\S/);
  expect(text?.why).not.toMatch(/JSON|token '?<|Deserialization/);
});

describe('without an answer', () => {
  const ask = (url: string) =>
    explain(() => new STSClient({ ...settings(), endpoint: url }).send(new GetCallerIdentityCommand()));

  test.each(['http://127.0.0.1:9', 'http://no-such-host.invalid', 'TLS'])('%s', async (url) => {
    const text = await ask(url === 'TLS' ? endpoint.replace('http:', 'https:') : url);
    expect(text).toMatchObject({
      what: 'AWS cannot be reached.',
      fix: expect.stringContaining('HTTPS_PROXY'),
    });
  });

  test('an untrusted certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const named = ['-subj', '/CN=localhost', '-keyout', key, '-out', cert, '-days', '1'];
    execFileSync('openssl', [...made, ...named], { stdio: 'ignore' });
    const secure = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) });
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const address = secure.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const text = await ask(`https://127.0.0.1:${port}`);
    secure.close();
    rmSync(folder, { recursive: true });
    expect(text?.what).toBe('The certificate of the AWS endpoint is not trusted.');
    expect(text?.fix).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('without credentials', () => {
  const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  const START = 'https://acme.awsapps.com/start';
  // Credentials that expire and cannot be renewed.
  const cached = {
    startUrl: START,
    region: 'us-east-1',
    accessToken: 't',
    expiresAt: '2020-01-01T00:00:00Z',
  };

  beforeAll(() => {
    mkdirSync(join(folder, '.aws', 'sso', 'cache'), { recursive: true });
    writeFileSync(
      join(folder, '.aws', 'config'),
      [
        '[profile acme-sso]',
        'sso_session = acme\nsso_account_id = 123456789012\nsso_role_name = dev\nregion = us-east-1',
        `[sso-session acme]\nsso_region = us-east-1\nsso_start_url = ${START}`,
        '[profile acme-empty]\nregion = us-east-1',
        '[profile acme-process]\ncredential_process = /bin/false',
        '[profile acme-role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = acme-nope',
      ].join('\n'),
    );
    // `echo -n acme | sha1sum`: the name of the session.
    const file = '293abb6b76d7791c0732cc517d38c4b5c734b87f.json';
    writeFileSync(join(folder, '.aws', 'sso', 'cache', file), JSON.stringify(cached));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const explainProfile = async (profile: string | undefined) => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])
      vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', folder);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, '.aws', 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, '.aws', 'credentials'));
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_PROFILE', profile);
    return await explain(() =>
      new STSClient({ region: 'us-east-1', endpoint, maxAttempts: 1 }).send(new GetCallerIdentityCommand()),
    );
  };

  test.each([
    ['acme-nope', 'The AWS profile acme-nope returned no credentials.', 'aws configure list-profiles'],
    ['acme-empty', 'The AWS profile acme-empty returned no credentials.', 'aws configure list-profiles'],
    ['acme-process', 'The AWS profile acme-process returned no credentials.', 'list-profiles'],
    ['acme-role', 'The AWS profile acme-role returned no credentials.', 'list-profiles'],
    ['acme-sso', 'The AWS credentials have expired.', 'aws sso login'],
    [undefined, 'There are no AWS credentials.', 'AWS_PROFILE'],
  ])('the profile %s', async (profile, what, fix) => {
    const text = await explainProfile(profile);
    expect(text?.what).toBe(what);
    expect(text?.fix).toContain(fix);
  });
});
