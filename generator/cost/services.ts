// The services of the estimate, in the order of the table. A new one is a file in services/, a file in prices/
// (named in price-list.ts) and a line here.
import type { CostService } from './service.ts';
import { API_GATEWAY } from './services/api-gateway.ts';
import { CLOUDWATCH } from './services/cloudwatch.ts';
import { CLOUDWATCH_LOGS } from './services/cloudwatch-logs.ts';
import { DATA_TRANSFER } from './services/data-transfer.ts';
import { DYNAMODB } from './services/dynamodb.ts';
import { KMS } from './services/kms.ts';
import { LAMBDA } from './services/lambda.ts';
import { S3 } from './services/s3.ts';
import { SECRETS_MANAGER } from './services/secrets-manager.ts';
import { SNS } from './services/sns.ts';
import { SQS } from './services/sqs.ts';
import { WAF } from './services/waf.ts';
import { X_RAY } from './services/x-ray.ts';

export const COST_SERVICES: readonly CostService[] = [
  LAMBDA,
  API_GATEWAY,
  WAF,
  S3,
  DYNAMODB,
  SQS,
  SNS,
  SECRETS_MANAGER,
  KMS,
  CLOUDWATCH_LOGS,
  CLOUDWATCH,
  X_RAY,
  DATA_TRANSFER,
];
