// One environment in one region, as it runs on this machine: its settings, names, addresses and the functions' variables.
import { type AudioPace, deriveAudioPace } from '../../../generator/spec/audio-pace.ts';
import {
  describeAudioVariables,
  describeWebhookVariables,
} from '../../../generator/spec/function-variables.ts';
import { nameStack, type StackNames } from '../../../generator/spec/naming.ts';
import type {
  ResolvedEnvironment,
  ResolvedRegion,
  ResolvedSpec,
  Settings,
} from '../../../generator/spec/resolve.ts';

export type FunctionName = 'webhook_handler' | 'audio_processor';

export interface LocalStack {
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly settings: Settings;
  /** Of the packages. */
  readonly hasSourceMaps: boolean;
  readonly names: StackNames;
  readonly pace: AudioPace;
  readonly topicArn: string;
  readonly queueArn: string;
}

/** AWS's example account, also in names that hold the account. */
export const ACCOUNT_ID = '123456789012';

export function describeStack(
  environment: ResolvedEnvironment,
  region: ResolvedRegion,
  { sourceMaps }: Pick<ResolvedSpec, 'sourceMaps'>,
): LocalStack {
  const names = nameStack({ ...environment, accountId: ACCOUNT_ID }, region);
  return {
    project: environment.projectName,
    environment: environment.name,
    region: region.name,
    settings: region.settings,
    hasSourceMaps: sourceMaps,
    names,
    pace: deriveAudioPace(region.settings),
    topicArn: `arn:aws:sns:${region.name}:${ACCOUNT_ID}:${names.resultsTopic}`,
    queueArn: `arn:aws:sqs:${region.name}:${ACCOUNT_ID}:${names.queue}`,
  };
}

export function functionNameOf(stack: LocalStack, name: FunctionName): string {
  return name === 'webhook_handler' ? stack.names.webhookFunction : stack.names.audioFunction;
}

/** Variables of the spec that lead into a layer, which is not here, or to a server that is not on this machine. */
const LEADS_AWAY =
  /^(?:NODE_(?:OPTIONS|PATH)|LD_[A-Z_]+|AWS_LAMBDA_EXEC_WRAPPER|AWS_ENDPOINT_URL(?:_\w+)?|AWS_USE_(?:FIPS|DUALSTACK)_ENDPOINT)$/;

/** The variables that Terraform sets, with the addresses of this machine, without those that lead away. */
export function functionVariables(
  { settings, names, ...stack }: LocalStack,
  name: FunctionName,
  addresses: { readonly aws: string; readonly api: string },
): Record<string, string> {
  const describe = name === 'webhook_handler' ? describeWebhookVariables : describeAudioVariables;
  const own = Object.entries(settings.lambda.environment).filter(([variable]) => !LEADS_AWAY.test(variable));
  const lambda = { ...settings.lambda, environment: Object.fromEntries(own) };
  return describe(
    { ...settings, lambda },
    {
      project: stack.project,
      environment: stack.environment,
      tableName: names.table,
      topicArn: stack.topicArn,
      webhookSecretId: names.webhookSecret,
      apiKeySecretId: names.apiKeySecret,
      apiUrl: addresses.api,
      bucket: names.bucket,
      deadLetterQueueUrl: queueUrl(addresses.aws, names.deadLetterQueue),
      // Objects here are not encrypted.
      kmsKeyArn: undefined,
      hasSourceMaps: stack.hasSourceMaps,
    },
  );
}

export function queueUrl(endpoint: string, queue: string): string {
  return `${endpoint}/${ACCOUNT_ID}/${queue}`;
}
