// Checks settings that an account has once in each region.
import { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { AwsAccess } from '../operator/aws-access.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Finding } from './finding.ts';

/** Concurrent executions that AWS keeps for functions without a reservation. */
const KEPT_FREE = 100;
const RAISE =
  'ask for more: Service Quotas, AWS Lambda, "Concurrent executions" (aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000)';

/** New accounts may have as few as 10. */
export async function checkConcurrency(aws: AwsAccess, { region }: Stack): Promise<Finding> {
  const { audio, lambda } = region.settings;
  const { AccountLimit } = await aws
    .client(LambdaClient, region.name)
    .send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  const { webhook_handler, audio_processor } = lambda.reserved_concurrency;
  const reserved = (webhook_handler ?? 0) + (audio_processor ?? 0);
  if (reserved > 0 && limit < reserved + KEPT_FREE)
    return {
      state: 'FAIL',
      what: `the account may run ${limit} functions at once; ${reserved} are to be reserved, and AWS keeps ${KEPT_FREE} free`,
      fix: `reserve less (lambda.reserved_concurrency), or ${RAISE}`,
    };
  if (limit <= audio.max_concurrency)
    return {
      state: 'warn',
      what: `the account may run ${limit} functions at once, and audio alone may take ${audio.max_concurrency}: webhooks would be refused`,
      fix: `lower audio.max_concurrency, or ${RAISE}`,
    };
  return { state: 'ok', what: `the account may run ${limit} functions at once` };
}

/** Without a logging role AWS refuses to create the stage. */
export async function checkLoggingRole(aws: AwsAccess, { region, names }: Stack): Promise<Finding> {
  const { cloudwatchRoleArn = '' } = await aws
    .client(APIGatewayClient, region.name)
    .send(new GetAccountCommand({}));
  const owns = region.settings.api_gateway.account_role === 'always';
  const role = cloudwatchRoleArn.split('/').at(-1) ?? '';
  if (!owns && role === '')
    return {
      state: 'FAIL',
      what: 'API Gateway has no logging role in this account and region, and this environment does not make it',
      fix: 'deploy the environment that does first, or set `api_gateway.account_role: always` (docs/terraform.md#api-gateways-logging-role)',
    };
  if (owns && role !== '' && role !== names.apiLoggingRole)
    return {
      state: 'warn',
      what: `API Gateway logs with ${role}, which a deployment would replace`,
      fix: 'set `api_gateway.account_role: never` where another system owns it',
    };
  return { state: 'ok', what: role === '' ? 'will be made' : role };
}
