// The architecture of a tree as a mermaid flowchart, without unused parts. Pure.
import type { Features } from '../model/features.ts';
import type { DeployedEnvironment } from '../model/stack-model.ts';

/**
 * Lines of a `flowchart TB`, without the first one. The edge of a part that only some environments use says so. Few enough edges,
 * in an order in which mermaid draws none across a box, and legible at 900 pixels; `describeUndrawn` has the others.
 */
export function drawDiagram(features: Features, environments: readonly DeployedEnvironment[]): string[] {
  const someAreWithoutApi = environments.some(({ stacks }) =>
    stacks.some(({ settings }) => !settings.api_gateway.enabled),
  );
  return [
    ...when(
      features.apiGateway,
      features.waf
        ? 'sonotheia([Sonotheia]) -- "signed POST /webhook" --> waf[AWS WAF] --> api[API Gateway]'
        : 'sonotheia([Sonotheia]) -- "signed POST /webhook" --> api[API Gateway]',
      'api --> webhook[webhook_handler]',
    ),
    ...when(someAreWithoutApi, 'caller([your own gateway]) -- "invoke" --> webhook[webhook_handler]'),
    'upload([your uploads]) -- "incoming/" --> bucket[(S3 audio bucket)]',
    'bucket --> queue[SQS] --> audio[audio_processor]',
    'webhook & audio --> table[(DynamoDB sessions)]',
    'webhook & audio --> results{{SNS results topic}}',
    ...when(features.subscriptions, 'results --> subscribers([subscribers])'),
    'audio -- "POST /v1/voice/deepfake" --> voice([Sonotheia API])',
    'audio -. "failed for good" .-> dlq[dead-letter queue]',
    ...when(features.monitoring, 'dlq -.-> alarms[CloudWatch alarms] --> alarmTopic{{SNS alarm topic}}'),
    ...when(features.alarmSubscribers, 'alarmTopic --> oncall([on call])'),
    ...when(features.accessLogs, 'bucket -. "access logs" .-> accessLogs[(log bucket)]'),
  ];
}

/** The relations that the diagram lacks, as sentences. */
export function describeUndrawn(features: Features): string {
  return [
    'Both functions also read Secrets Manager and log to CloudWatch.',
    ...when(features.vpc, "They run in a VPC's subnets."),
    ...when(features.kms, 'A KMS key encrypts the bucket, the table and the secrets.'),
    ...when(features.monitoring, 'Alarms also watch both functions and the table.'),
    'A recording moves to `processed/` or `rejected/`.',
  ].join(' ');
}

function when(isUsed: boolean, ...texts: string[]): string[] {
  return isUsed ? texts : [];
}
