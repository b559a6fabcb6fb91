// Asks AWS for every name in the model, whatever Terraform's state says. A name proves no ownership, so findings are
// reported and never deleted. Keys and firewalls cannot be looked up by name: for these it relies on the state.
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { nameAlarms } from '../../generator/spec/naming.ts';
import type { AwsAccess } from '../operator/aws-access.ts';
import { findResource, RESOURCE_KINDS } from '../operator/find-resource.ts';
import type { Stack } from '../operator/open-spec.ts';
import { isManaged, nameSecret, readSecret, SECRET_KINDS } from '../operator/secret-store.ts';

export interface Leftover {
  /** Terraform's resource type. */
  readonly type: string;
  readonly region: string;
  /** AWS's identifier: a name, or the id of an API. */
  readonly id: string;
  readonly what: string;
  /** How to delete it. */
  readonly fix?: string;
  /** Left by design, such as a secret in its recovery window. */
  readonly isExpected: boolean;
}

/** Finds all leftovers of the stacks. `logGroups` adds log groups whose names come from the state. */
export async function findLeftovers(
  aws: AwsAccess,
  stacks: readonly Stack[],
  logGroups: readonly string[],
): Promise<Leftover[]> {
  const found = await Promise.all(
    stacks.map(async (stack) => [
      ...(await findNamed(aws, stack, logGroups)),
      ...(await findAlarms(aws, stack)),
      ...(await findSecrets(aws, stack)),
    ]),
  );
  return found.flat();
}

async function findNamed(
  aws: AwsAccess,
  { region: { name: region, settings }, names }: Stack,
  logGroups: readonly string[],
): Promise<Leftover[]> {
  const wanted: Readonly<Record<string, readonly (string | null)[]>> = {
    aws_lambda_function: [names.webhookFunction, names.audioFunction],
    aws_iam_role: [names.webhookRole, names.audioRole, names.apiLoggingRole, names.resultsReaderRole],
    aws_s3_bucket: [names.bucket, names.accessLogBucket],
    aws_dynamodb_table: [names.table],
    aws_sqs_queue: [
      names.queue,
      names.deadLetterQueue,
      names.webhookDeadLetterQueue,
      names.resultsDeadLetterQueue,
    ],
    aws_sns_topic: [names.resultsTopic, names.alarmsTopic],
    aws_cloudwatch_dashboard: [names.dashboard],
    aws_api_gateway_rest_api: [names.api],
    aws_api_gateway_domain_name: [settings.api_gateway.domain.name],
    aws_cloudwatch_log_group: [
      `/aws/lambda/${names.webhookFunction}`,
      `/aws/lambda/${names.audioFunction}`,
      names.apiLogGroup,
      names.wafLogGroup,
      ...logGroups,
    ],
  };
  const questions = Object.entries(wanted).flatMap(([type, all]) =>
    all.flatMap((name) => (name === null ? [] : [{ type, name }])),
  );
  const found = await Promise.all(
    questions.map(async ({ type, name }): Promise<Leftover[]> => {
      const importId = await findResource(aws, type, region, name);
      if (importId === undefined) return [];
      const isApi = type === 'aws_api_gateway_rest_api';
      const what = `${RESOURCE_KINDS[type]?.title} ${name}${isApi ? ` (${importId})` : ''} in ${region}`;
      const fix =
        type === 'aws_cloudwatch_log_group'
          ? { fix: `aws logs delete-log-group --log-group-name ${name} --region ${region}` }
          : {};
      return [{ type, region, id: isApi ? importId : name, what, ...fix, isExpected: false }];
    }),
  );
  return found.flat();
}

async function findAlarms(aws: AwsAccess, { region, names }: Stack): Promise<Leftover[]> {
  const { MetricAlarms = [] } = await aws
    .client(CloudWatchClient, region.name)
    .send(new DescribeAlarmsCommand({ AlarmNames: nameAlarms(names) }));
  return MetricAlarms.map(({ AlarmName: id = '' }): Leftover => {
    const what = `alarm ${id} in ${region.name}`;
    return { type: 'aws_cloudwatch_metric_alarm', region: region.name, id, what, isExpected: false };
  });
}

async function findSecrets(aws: AwsAccess, stack: Stack): Promise<Leftover[]> {
  const region = stack.region.name;
  const found = await Promise.all(
    SECRET_KINDS.map(async (kind): Promise<Leftover[]> => {
      const stored = await readSecret(aws, stack, kind);
      if (stored.state === 'missing') return [];
      const id = nameSecret(stack, kind);
      const secret = { type: 'aws_secretsmanager_secret', region, id, what: `secret ${id} in ${region}` };
      if (!isManaged(stack, kind)) return [{ ...secret, isExpected: true }];
      if (stored.state !== 'deleted') return [{ ...secret, isExpected: false }];
      const what = `${secret.what}, which can be restored until its recovery window ends`;
      const fix = `to have its name back at once: aws secretsmanager delete-secret --secret-id ${id} --region ${region} --force-delete-without-recovery`;
      return [{ ...secret, what, fix, isExpected: true }];
    }),
  );
  return found.flat();
}
