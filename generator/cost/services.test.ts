// Each service against a bill calculated by hand, independent of the engine.
import { expect, test } from 'vitest';
import { recognizedUntil } from '../../handlers/shared/replay-window.ts';
import {
  type DevSettings,
  estimateDev,
  listLines,
  readService,
} from '../../test/support/specs/estimate-yaml.ts';
import { RECOGNIZED_DAYS } from './services/dynamodb.ts';

/** Rounds to a millionth of a dollar, as the engine does. */
const usd = (amount: number): number => Math.round(amount * 1e6) / 1e6;
const bill = (service: string, settings: DevSettings = {}) => readService(estimateDev(settings), service);
const line = (quantity: number, amount: number) => ({
  quantity: expect.closeTo(quantity, 6),
  usd: expect.closeTo(usd(amount), 6),
});

test('Lambda: 1000 requests of 5 s and 100 files of 8 s a day at 512 MB on arm64', () => {
  expect(bill('lambda', { traffic: { audio_duration_ms: 8000 } })).toEqual({
    'webhook-requests': line(30_000, 0.006),
    'webhook-duration': line(75_000, 1.000005),
    'audio-requests': line(3000, 0.0006),
    'audio-duration': line(12_000, 0.160001),
  });
});

test('Lambda: x86_64 with 2048 MB, a timeout below the given time, and health checks of 10 ms', () => {
  const traffic = { health_checks_per_day: 1440, audio_files_per_day: 0 };
  const lambda = { memory_size: 2048, architecture: 'x86_64', timeout: 3 };
  expect(bill('lambda', { lambda, monitoring: { duration_seconds: 2 }, traffic })).toEqual({
    'webhook-requests': line(73_200, 0.01464),
    // (30,000 x 3 s + 43,200 x 0.01 s) x 2 GB
    'webhook-duration': line(180_864, 180_864 * 0.0000166667),
  });
});

test('Lambda: the next tier applies beyond six billion GB-seconds', () => {
  const traffic = { requests_per_day: 100_000_000, audio_files_per_day: 0 };
  const lambda = { architecture: 'x86_64', memory_size: 1024 };
  // 3 billion x 5 s x 1 GB = 15 billion
  expect(bill('lambda', { lambda, traffic })).toMatchObject({
    'webhook-duration': line(6e9, 100_000.2),
    'webhook-duration-tier-2': line(9e9, 135_000),
  });
});

test('API Gateway: both paths, and the price of Frankfurt', () => {
  const traffic = { health_checks_per_day: 100 };
  expect(bill('api-gateway', { traffic })).toEqual({ requests: line(33_000, 0.1155) });
  expect(bill('api-gateway', { regions: ['eu-central-1'], traffic })).toEqual({
    requests: line(33_000, 0.1221),
  });
});

test('API Gateway: tiers at 333 and 1000 million requests', () => {
  const traffic = { requests_per_day: 50_000_000, audio_files_per_day: 0 };
  expect(bill('api-gateway', { traffic })).toEqual({
    requests: line(333e6, 1165.5),
    'requests-tier-2': line(667e6, 1867.6),
    'requests-tier-3': line(500e6, 1190),
  });
});

test('S3: 100 files of 1 MB a day: 30 days Standard, 60 IA, 275 Glacier', () => {
  expect(bill('s3', { traffic: { audio_size_kb: 1000 } })).toEqual({
    'put-requests': line(6000, 0.03),
    'get-requests': line(9_000, 0.0036),
    'ia-transitions': line(3000, 0.03),
    'glacier-transitions': line(3000, 0.09),
    // 3 GB, and 8 KB for each of 27,500 archived files
    'standard-storage': line(3.22, 0.07406),
    'ia-storage': line(6, 0.075),
    'glacier-storage': line(28.38, 0.102168),
  });
});

test('S3: files below 128 KB stay in Standard', () => {
  expect(bill('s3', { traffic: { audio_size_kb: 100 } })).toEqual({
    'put-requests': line(6000, 0.03),
    'get-requests': line(9_000, 0.0036),
    'standard-storage': line(3.65, 0.08395),
  });
});

test('S3: classes bill their minimum duration, and versioning keeps moved and expired files', () => {
  const s3 = { audio_retention_days: 30, glacier_days: 60, expiration_days: 61, versioning: true };
  expect(bill('s3', { s3, traffic: { audio_size_kb: 1000 } })).toMatchObject({
    'ia-storage': line(3, 0.0375),
    'glacier-storage': line(9.288, 0.033437),
    'moved-versions': line(3, 0.069),
    'expired-versions': line(3, 0.0108),
  });
});

test('S3: no move that is not before the deletion', () => {
  const traffic = { audio_size_kb: 1000 };
  expect(bill('s3', { s3: { expiration_days: 7, versioning: true }, traffic })).toEqual({
    'put-requests': line(6000, 0.03),
    'get-requests': line(9_000, 0.0036),
    'standard-storage': line(0.7, 0.0161),
    'moved-versions': line(0.7, 0.0161),
    'expired-versions': line(0.7, 0.0161),
  });
  expect(bill('s3', { s3: { expiration_days: 70, versioning: true }, traffic })).toEqual({
    'put-requests': line(6000, 0.03),
    'get-requests': line(9_000, 0.0036),
    'ia-transitions': line(3000, 0.03),
    'standard-storage': line(3, 0.069),
    'ia-storage': line(4, 0.05),
    'moved-versions': line(3, 0.069),
    'expired-versions': line(3, 0.0375),
  });
});

test('DynamoDB on demand: 5 write units and half a read unit an event of up to 1 KB, 2 read units a file', () => {
  expect(bill('dynamodb')).toEqual({
    'events-writes': line(150_000, 0.09375),
    'files-writes': line(24_000, 0.015),
    reads: line(21_000, 0.002625),
    // 90 days x (1000 x 900 + 100 x (800 + 250)) bytes, and 401 days x 1000 x 250 bytes
    storage: line(0.1907, 0.047675),
  });
});

test('DynamoDB on demand: the index takes 2 more write units an event, and its copies storage; backups are of the table', () => {
  const dynamodb = { event_type_index: true, point_in_time_recovery: true };
  expect(bill('dynamodb', { dynamodb })).toEqual({
    'events-writes': line(210_000, 0.13125),
    'files-writes': line(33_000, 0.020625),
    reads: line(21_000, 0.002625),
    // 90 days x (1000 x 2 x 900 + 100 x (2 x 800 + 250)) bytes, and 401 days x 1000 x 250 bytes
    storage: line(0.2789, 0.069725),
    'point-in-time-recovery': line(0.1907, 0.03814),
  });
});

test('DynamoDB: markers are counted for as long as the webhook handler keeps them', () => {
  const until = recognizedUntil(0, 0);
  expect(until).toBe(RECOGNIZED_DAYS * 86_400);
});

test('DynamoDB on demand: an item of 3 KB takes 2 + 6 + 3 write units, and 3 + 3 in the index', () => {
  const settings = {
    dynamodb: { event_type_index: true },
    traffic: { event_size_bytes: 2500, audio_files_per_day: 0 },
  };
  const table = bill('dynamodb', settings);
  expect(table).toMatchObject({ 'events-writes': line(510_000, 0.31875) });
  expect(table).not.toHaveProperty('point-in-time-recovery');
});

test('DynamoDB provisioned: minimum capacity of the table and its index, and the capacity for the traffic', () => {
  const provisioned = { billing_mode: 'PROVISIONED', target_utilization_percent: 50 };
  expect(bill('dynamodb', { dynamodb: provisioned })).toMatchObject({
    'least-write-capacity': line(3650, 2.3725),
    'least-read-capacity': line(3650, 0.4745),
  });
  const dynamodb = { ...provisioned, event_type_index: true };
  expect(bill('dynamodb', { dynamodb })).toMatchObject({
    'least-write-capacity': line(7300, 4.745),
    'least-read-capacity': line(7300, 0.949),
  });
  // 864,000 a day are 10 a second: table 50 units, index 20, at 50 % 100 and 40; 5 of each exist already.
  const busy = bill('dynamodb', { dynamodb, traffic: { requests_per_day: 864_000, audio_files_per_day: 0 } });
  expect(busy).toMatchObject({
    'added-write-capacity': line(130 * 730, 130 * 730 * 0.00065),
    'added-read-capacity': line(5 * 730, 5 * 730 * 0.00013),
  });
  // Autoscaling stops at the maximum: 100 for each.
  const flood = bill('dynamodb', {
    dynamodb,
    traffic: { requests_per_day: 100_000_000, audio_files_per_day: 0 },
  });
  expect(flood).toMatchObject({ 'added-write-capacity': line(190 * 730, 190 * 730 * 0.00065) });
});

test('SQS: five pollers at all times, three requests a file', () => {
  expect(bill('sqs', { traffic: { audio_files_per_day: 1000 } })).toEqual({
    polls: line(648_000, 0.2592),
    messages: line(90_000, 0.036),
  });
});

test('SNS: publishes, and deliveries by protocol and kind of event', () => {
  const subscriptions = [
    { name: 'desk', protocol: 'email', endpoint: 'desk@example.com', event_types: ['audio.rejected'] },
    { name: 'hook', protocol: 'https', endpoint: 'https://example.com/hook' },
    { name: 'queue', protocol: 'sqs', endpoint: 'arn:aws:sqs:us-east-1:123456789012:results' },
  ];
  expect(bill('sns', { subscriptions })).toEqual({
    publishes: line(33_000, 0.0165),
    'deliveries-desk': line(3000, 0.06),
    'deliveries-hook': line(33_000, 0.0198),
  });
});

test('Secrets Manager: two secrets, two calls per busy five minutes; existing secrets are not billed here', () => {
  // 8640 x (1 - e^-(30,000/8640)) = 8372 and 8640 x (1 - e^-(3000/8640)) = 2535 fetches
  expect(bill('secrets-manager')).toEqual({ secrets: line(2, 0.8), calls: line(21_814, 0.10907) });
  const existing = { api_key: { source: 'existing' }, webhook_secret: { source: 'existing' } };
  expect(Object.keys(bill('secrets-manager', { secrets: existing }))).toEqual(['calls']);
});

test('Secrets Manager: every instance fetches for itself', () => {
  // 10 million a day x 5 s / 86,400 s = 578.7 instances, busy in all 8640 intervals
  const traffic = { requests_per_day: 10_000_000, audio_files_per_day: 0 };
  expect(bill('secrets-manager', { traffic })).toMatchObject({ calls: line(10_000_000, 50) });
});

test('KMS: the key of the alarm topic and the data keys of the results topic', () => {
  expect(bill('kms')).toEqual({ 'results-topic': line(21_814, 0.065442) });
  const monitoring = { encrypt_alarms: true };
  expect(bill('kms', { monitoring })).toMatchObject({ 'alarms-key': line(1, 1) });
});

test('KMS: your own key is also used by queue, table and secrets, and replaces the other one', () => {
  const kms_key_arn = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  // queue 2535 x 2, table 8640 x (1 - e^-(33,000/8640)) = 8450, secrets 21,814
  expect(bill('kms', { kms_key_arn })).toEqual({
    'results-topic': line(21_814, 0.065442),
    'own-key': line(35_334, 0.106002),
  });
});

test('CloudWatch Logs: bytes a request and a file, kept for 90 days', () => {
  const traffic = { log_bytes_per_request: 33_000, log_bytes_per_file: 10_000 };
  // 0.99 GB + 0.03 GB a month; 0.034 GB a day x 90 x 0.15
  const settings = { logs: { retention_days: 90 }, traffic };
  expect(bill('cloudwatch-logs', settings)).toEqual({
    ingestion: line(1.02, 0.51),
    storage: line(0.459, 0.01377),
  });
  // A line of 330 bytes more for each of 30,000 events and 3000 files
  expect(bill('cloudwatch-logs', { ...settings, monitoring: { custom_metrics: true } })).toMatchObject({
    ingestion: line(1.03089, 0.515445),
  });
});

test('CloudWatch: 12 watched metrics, and by request a dashboard and metrics for the hours with data', () => {
  expect(bill('cloudwatch')).toEqual({ alarms: line(12, 1.2) });
  expect(bill('cloudwatch', { dynamodb: { event_type_index: true } })).toEqual({ alarms: line(13, 1.3) });
  const settings = {
    monitoring: { dashboard: true, custom_metrics: true },
    api_gateway: { detailed_metrics: true },
  };
  expect(bill('cloudwatch', settings)).toEqual({
    alarms: line(12, 1.2),
    dashboard: line(1, 3),
    // 10,000 events a type in 720 hours: every hour
    'event-metrics': line(3 * (1 - Math.exp(-10_000 / 720)), 0.899999),
    'audio-metrics': line(2 * (1 - Math.exp(-3000 / 720)), 0.590698),
    'webhook-method-metrics': line(5, 1.5),
  });
});

test('CloudWatch: three more metrics for subscribers, one without their dead letters', () => {
  const subscription = { name: 'a', protocol: 'email', endpoint: 'a@example.com' };
  expect(bill('cloudwatch', { subscriptions: [subscription] })).toEqual({ alarms: line(15, 1.5) });
  expect(bill('cloudwatch', { subscriptions: [{ ...subscription, dead_letter: false }] })).toEqual({
    alarms: line(13, 1.3),
  });
});

test('CloudWatch: no monitoring costs nothing', () => {
  const settings = { monitoring: { enabled: false, custom_metrics: true }, api_gateway: { enabled: false } };
  expect(bill('cloudwatch', settings)).toEqual({});
});

test('X-Ray: all requests up to one a second, then one in twenty', () => {
  const lambda = { xray_tracing: true };
  expect(bill('x-ray', { lambda })).toEqual({ traces: line(33_000, 0.165) });
  const traffic = { requests_per_day: 186_400, audio_files_per_day: 0 };
  expect(bill('x-ray', { lambda, traffic })).toEqual({ traces: line(2_592_000 + 150_000, 13.71) });
  expect(bill('x-ray')).toEqual({});
});

test('Data transfer: audio to the API, and answers of half a KB', () => {
  expect(bill('data-transfer')).toEqual({ audio: line(0.999, 0.08991), answers: line(0.015, 0.00135) });
});

test('without an API no webhook is counted', () => {
  const report = estimateDev({ api_gateway: { enabled: false }, traffic: { audio_files_per_day: 0 } });
  expect(listLines(report).filter(({ fixed }) => !fixed)).toEqual([]);
  expect(report.notes.join(' ')).toContain(
    'Where there is no API, webhooks and health checks are not counted.',
  );
});

test('WAF: a web ACL with four rules, and the requests of both paths', () => {
  const traffic = { health_checks_per_day: 1000 };
  expect(bill('waf', { waf: { enabled: true }, traffic })).toEqual({
    'web-acl': line(1, 5),
    rules: line(4, 4),
    requests: line(60_000, 0.036),
  });
  expect(bill('waf')).toEqual({});
  expect(bill('waf', { waf: { enabled: true }, api_gateway: { enabled: false } })).toEqual({});
});

test("KMS: the stack's own key is billed here, and replaces that of the alarm topic", () => {
  expect(bill('kms', { kms: { managed: true } })).toEqual({
    'stack-key': line(1, 1),
    'results-topic': line(21_814, 0.065442),
    'own-key': line(35_334, 0.106002),
  });
});

test('S3: the delivery of access logs is free, their storage is billed', () => {
  // 100 files a day x 9 entries x 600 bytes x (90 + 30) days
  const settings = { s3: { access_logs: true }, logs: { retention_days: 90 } };
  expect(bill('s3', settings)).toMatchObject({ 'access-logs': line(0.0648, 0.0014904) });
  expect(bill('s3')).not.toHaveProperty('access-logs');
});

test('reserved concurrency costs nothing', () => {
  const lambda = { reserved_concurrency: { webhook_handler: 20, audio_processor: 20 } };
  expect(estimateDev({ lambda })).toEqual(estimateDev());
});
