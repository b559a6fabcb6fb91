import { describe, expect, test } from 'vitest';
import { parseConfig as parseWebhookConfig } from '../webhook_handler/config.ts';
import { parseConfig } from './config.ts';

const ENV = {
  SONOTHEIA_PROJECT: 'acme-voice',
  SONOTHEIA_ENVIRONMENT: 'dev',
  AWS_REGION: 'us-east-1',
  SESSIONS_TABLE_NAME: 'sessions',
  RESULTS_TOPIC_ARN: 'topic',
  AUDIO_BUCKET_NAME: 'bucket',
  AUDIO_DLQ_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/audio-dlq',
  SONOTHEIA_API_URL: 'https://api.sonotheia.com',
  SONOTHEIA_API_KEY_SECRET_ID: 'secret',
};

describe('parseConfig', () => {
  test('requires only variables without a default', () => {
    expect(parseConfig(ENV)).toMatchObject({
      source: { project: 'acme-voice', environment: 'dev', region: 'us-east-1' },
      ttlDays: 90,
      thresholds: { high: 0.8, review: 0.5 },
      apiRequestsPerMinute: 100,
      deadLetterQueueUrl: ENV.AUDIO_DLQ_URL,
      maxAttempts: 5,
      maxMessageAgeMs: 342_000_000,
      maxConcurrentFiles: 10,
      usePathStyle: false,
    });
  });

  test('reports every problem at once and quotes no value', () => {
    expect(() =>
      parseConfig({ RISK_HIGH_THRESHOLD: 'canary', SONOTHEIA_API_URL: 'http://api.sonotheia.com' }),
    ).toThrow(
      'Bad configuration: RISK_HIGH_THRESHOLD must be a number from 0 to 1; SONOTHEIA_PROJECT is missing; ' +
        'SONOTHEIA_ENVIRONMENT is missing; AWS_REGION is missing; SESSIONS_TABLE_NAME is missing; RESULTS_TOPIC_ARN is missing; AUDIO_BUCKET_NAME is missing; ' +
        'SONOTHEIA_API_URL must be an https:// URL; SONOTHEIA_API_KEY_SECRET_ID is missing; AUDIO_DLQ_URL is missing',
    );
    expect(() => parseWebhookConfig(ENV)).toThrow('Bad configuration: WEBHOOK_SECRET_ID is missing');
  });

  test.each([
    ['http://127.0.0.1:8080', true],
    ['http://localhost', true],
    ['http://localhost.example.com', false],
    ['ftp://127.0.0.1', false],
    ['api.sonotheia.com', false],
  ])('accepts the API URL %s: %s', (url, accepted) => {
    const parse = () => parseConfig({ ...ENV, SONOTHEIA_API_URL: url }).apiUrl.href;
    if (accepted) expect(parse()).toContain(url);
    else expect(parse).toThrow('SONOTHEIA_API_URL');
  });

  test('refuses thresholds in the wrong order', () => {
    expect(() => parseConfig({ ...ENV, RISK_HIGH_THRESHOLD: '0.4' })).toThrow('must not be above');
  });

  test.each([
    ['128', 1],
    ['256', 5],
    ['512', 10],
  ])('limits the files in memory to what fits into %s MB', (memoryMb, files) => {
    expect(parseConfig({ ...ENV, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryMb }).maxConcurrentFiles).toBe(files);
  });
});
