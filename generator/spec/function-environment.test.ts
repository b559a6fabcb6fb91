import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeEnvironment, OWN_NAMES } from './function-environment.ts';
import { describeWebhookVariables } from './function-variables.ts';
import { readDefaultSettings, resolveSpec } from './resolve.ts';
import type { SonotheiaConfig } from './spec-types.ts';

const read = (file: string): string =>
  readFileSync(new URL(`../../templates/modules/sonotheia/${file}`, import.meta.url), 'utf8');

/** Common ones, the webhook handler's, the audio processor's. */
function listTemplateNames(): string[][] {
  const maps = [
    ...read('main.tf.hbs').matchAll(/common_environment = \{\n([\s\S]*?)\n {2}\}/g),
    ...read('lambda.tf.hbs').matchAll(/variables = merge\(.*\{\n([\s\S]*?)\n {4}\}\)/g),
  ];
  return maps.map(([, body = '']) =>
    [...body.matchAll(/^ *([A-Z][A-Z_]+) *=/gm)].map(([, name = '']) => name),
  );
}

test("the names of the functions' own variables are those of the templates", () => {
  const maps = listTemplateNames();
  expect(maps).toHaveLength(3);
  expect([...new Set(maps.flat())].filter((name) => name !== 'NODE_OPTIONS').sort()).toEqual(OWN_NAMES);
});

test('the measured variables are those of the audio processor in this tree', () => {
  const measure = (config: Partial<SonotheiaConfig>): Record<string, string> => {
    const resolved = resolveSpec({
      project_name: 'acme',
      environments: { dev: { regions: ['us-gov-west-1'] } },
      ...config,
    } as SonotheiaConfig);
    const [environment] = resolved.environments;
    return describeEnvironment({ resolved, environment, region: environment.regions[0] });
  };
  const plain = measure({});
  const rest = OWN_NAMES.filter((name) => !['AUDIO_KMS_KEY_ARN', 'WEBHOOK_SECRET_ID'].includes(name));
  expect(Object.keys(plain).sort()).toEqual(rest);
  expect(plain.RESULTS_TOPIC_ARN).toBe('arn:aws-us-gov:sns:us-gov-west-1:123456789012:acme-results-dev');
  const full = measure({
    build: { source_maps: true },
    defaults: { kms: { managed: true }, lambda: { environment: { NODE_OPTIONS: '--no-warnings' } } },
  });
  expect(full.NODE_OPTIONS).toBe('--enable-source-maps --no-warnings');
  expect(full.AUDIO_KMS_KEY_ARN).toMatch(/^arn:aws-us-gov:kms:.*:key\//);
  expect(measure({ defaults: { monitoring: { custom_metrics: false } } }).POWERTOOLS_METRICS_DISABLED).toBe(
    'true',
  );
});

test("the webhook handler's variables are those of the templates", () => {
  const resources = {
    project: 'acme',
    environment: 'dev',
    tableName: 'table',
    topicArn: 'topic',
    webhookSecretId: 'webhook',
    apiKeySecretId: 'key',
    apiUrl: 'https://api.sonotheia.com',
    bucket: 'bucket',
    deadLetterQueueUrl: 'queue',
    kmsKeyArn: undefined,
    hasSourceMaps: false,
  };
  const [common = [], webhook = []] = listTemplateNames();
  const given = Object.keys(describeWebhookVariables(readDefaultSettings(), resources)).sort();
  expect(given).toEqual([...common, ...webhook].filter((name) => name !== 'NODE_OPTIONS').sort());
});
