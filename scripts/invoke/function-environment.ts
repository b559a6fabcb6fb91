// The variables that the functions have on AWS, with names of the stand-in AWS. Its clients call `endpoint`.
import { describeAudioVariables, describeWebhookVariables } from '../../generator/spec/function-variables.ts';
import { readDefaultSettings, type Settings } from '../../generator/spec/resolve.ts';
import { BUCKET } from '../local/upload-message.ts';

const SECRETS = 'arn:aws:secretsmanager:us-east-1:123456789012:secret';

interface Servers {
  readonly endpoint: string;
  /** Of the Sonotheia API; only the audio processor calls it. */
  readonly apiUrl?: string;
}

type FunctionName = 'webhook_handler' | 'audio_processor';

export function describeEnvironment(
  name: FunctionName,
  { endpoint, apiUrl = 'http://localhost' }: Servers,
  settings: Settings = readDefaultSettings(),
): Record<string, string> {
  const describe = name === 'webhook_handler' ? describeWebhookVariables : describeAudioVariables;
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.lambda.memory_size),
    ...describe(settings, {
      project: 'local',
      environment: 'local',
      tableName: 'sessions',
      topicArn: 'arn:aws:sns:us-east-1:123456789012:results',
      webhookSecretId: `${SECRETS}:webhook-secret`,
      apiKeySecretId: `${SECRETS}:api-key`,
      apiUrl,
      bucket: BUCKET,
      deadLetterQueueUrl: `${endpoint}/123456789012/audio-dlq`,
      kmsKeyArn: undefined,
      hasSourceMaps: false,
    }),
  };
}
