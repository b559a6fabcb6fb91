import type { FunctionResources } from '../local/function-environment.ts';
import { BUCKET } from '../local/upload-message.ts';

const SECRETS = 'arn:aws:secretsmanager:us-east-1:123456789012:secret';

/** Names for the stand-in AWS at `awsEndpoint`. */
export function describeResources(awsEndpoint: string): FunctionResources {
  return {
    project: 'local',
    environment: 'local',
    region: 'us-east-1',
    tableName: 'sessions',
    topicArn: 'arn:aws:sns:us-east-1:123456789012:results',
    bucket: BUCKET,
    deadLetterQueueUrl: `${awsEndpoint}/123456789012/audio-dlq`,
    webhookSecretId: `${SECRETS}:webhook-secret`,
    apiKeySecretId: `${SECRETS}:api-key`,
    awsEndpoint,
  };
}
