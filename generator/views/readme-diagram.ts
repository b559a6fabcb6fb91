// The architecture of a tree as a mermaid flowchart, without unused parts. Pure.
import type { Features } from '../model/features.ts';
import type { DeployedEnvironment } from '../model/stack-model.ts';

/** Lines of a `flowchart`, without the first one. The edge of a part that only some environments use says so. */
export function drawDiagram(features: Features, environments: readonly DeployedEnvironment[]): string[] {
  const someAreWithoutApi = environments.some(({ stacks }) =>
    stacks.some(({ settings }) => !settings.api_gateway.enabled),
  );
  const when = (isDrawn: boolean, ...drawn: string[]): string[] => (isDrawn ? drawn : []);
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
    'queue -. "failed for good" .-> dlq[dead-letter queue]',
    'audio -- "POST /v1/voice/deepfake" --> voice([Sonotheia API])',
    'audio -- "processed/ or rejected/" --> bucket',
    'webhook & audio --> table[(DynamoDB sessions)]',
    'webhook & audio --> results{{SNS results topic}}',
    ...when(features.subscriptions, 'results --> subscribers([subscribers])'),
    'secrets[Secrets Manager] --> webhook & audio',
    ...when(features.kms, 'key[KMS key] -. "encrypts" .-> bucket & table & secrets'),
    ...when(features.vpc, 'vpc[VPC subnets] -. "hold" .-> webhook & audio'),
    ...when(features.accessLogs, 'bucket -. "access logs" .-> accessLogs[(log bucket)]'),
    'webhook & audio -.-> logs[CloudWatch logs]',
    ...when(
      features.monitoring,
      'webhook & audio & dlq & table -.-> alarms[CloudWatch alarms] --> alarmTopic{{SNS alarm topic}}',
    ),
    ...when(features.alarmSubscribers, 'alarmTopic --> oncall([on call])'),
  ];
}
