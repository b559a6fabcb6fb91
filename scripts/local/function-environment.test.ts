import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readDefaultSettings } from '../../generator/spec/resolve.ts';
import { describeAudioEnvironment, describeWebhookEnvironment } from './function-environment.ts';

const templates = join(import.meta.dirname, '..', '..', 'templates', 'modules', 'sonotheia');
/** Set by Lambda or by this machine. */
const RUNTIME = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
const OF_LAMBDA = 'AWS_LAMBDA_FUNCTION_MEMORY_SIZE';
/** Only with `build.source_maps`, with which no stand-in builds. */
const SOURCE_MAPS = 'NODE_OPTIONS';

function listVariables(file: string, block: RegExp): string[] {
  const [, text = ''] = block.exec(readFileSync(join(templates, file), 'utf8')) ?? [];
  return [...text.matchAll(/^ +([A-Z_]+) +=/gm)].map(([, name = '']) => name);
}

test('the functions get the variables that the templates set', () => {
  const settings = {
    ...readDefaultSettings(),
    kms_key_arn: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  };
  const resources = {
    project: 'acme',
    environment: 'dev',
    region: 'us-east-1',
    tableName: 'table',
    topicArn: 'topic',
    bucket: 'bucket',
    deadLetterQueueUrl: 'queue',
    webhookSecretId: 'webhook',
    apiKeySecretId: 'key',
    awsEndpoint: 'http://127.0.0.1:1',
    apiUrl: 'https://api.sonotheia.com',
  };
  const common = listVariables('main.tf.hbs', /common_environment = \{(.+?)\n {2}\}/s);
  const given = [
    ['webhook_handler', describeWebhookEnvironment(settings, resources)],
    ['audio_processor', describeAudioEnvironment(settings, resources)],
  ] as const;
  for (const [name, environment] of given) {
    const block = new RegExp(
      `resource "aws_lambda_function" "${name}".+?variables = merge\\((.+?)\\n {4}\\}\\)`,
      's',
    );
    const own = listVariables('lambda.tf.hbs', block);
    expect(own).toContain('POWERTOOLS_SERVICE_NAME');
    const set = [...common, ...own].filter((variable) => variable !== SOURCE_MAPS);
    expect(Object.keys(environment).sort()).toEqual([...set, ...RUNTIME, OF_LAMBDA].sort());
    expect(Object.values(environment)).not.toContain('undefined');
  }
});
