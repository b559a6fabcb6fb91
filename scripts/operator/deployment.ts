// Reads `terraform output` of an environment, for values that exist only after the apply, such as the API's URL. Names come
// from the model; if an output differs from them, the deployment does not match the spec.

import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';
import type { Stack } from './open-spec.ts';
import { TerraformTree } from './terraform-tree.ts';

/** One stack's outputs; null for a part that the environment does not have. */
export interface StackOutputs {
  readonly webhookUrl: string | null;
  readonly healthUrl: string | null;
  readonly bucket: string;
  readonly table: string;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly webhookDeadLetterQueueUrl: string;
  readonly resultsTopicArn: string;
  readonly alarmsTopicArn: string | null;
  readonly apiKeySecretArn: string;
  readonly webhookSecretArn: string;
}

export interface Deployment {
  readonly workspace: string;
  /** Returns the stack's outputs; throws a `Problem` if it is not deployed or does not match the spec. */
  readonly outputsOf: (stack: Stack) => StackOutputs;
}

interface DeploymentOptions {
  readonly spec: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  readonly outDir: string;
  readonly signal: AbortSignal;
}

/** Reads the environment's outputs; throws a `Problem` if nothing is deployed. */
export async function readDeployment(options: DeploymentOptions): Promise<Deployment> {
  const tree = new TerraformTree(options);
  await tree.connect();
  const { name } = options.environment;
  const workspace = await tree.findWorkspace();
  const outputs = workspace === undefined ? {} : await tree.readOutputs(workspace);
  if (workspace === undefined || Object.keys(outputs).length === 0)
    throw new Problem({
      what: `${name} is not deployed.`,
      why: `Terraform has no outputs for it${workspace === undefined ? ': there is no workspace of that name' : ''}.`,
      fix: `deploy it: npx sonotheia deploy --env ${name}; if it is deployed from elsewhere, its state must be reachable from here (docs/environments.md)`,
    });
  return { workspace, outputsOf: (stack) => readStackOutputs(outputs, stack) };
}

function readStackOutputs(outputs: Readonly<Record<string, unknown>>, stack: Stack): StackOutputs {
  const region = stack.region.name;
  const read = (output: string): string | null => {
    const byRegion = outputs[output];
    const value: unknown =
      typeof byRegion === 'object' && byRegion !== null ? Reflect.get(byRegion, region) : undefined;
    return typeof value === 'string' ? value : null;
  };
  const require = (output: string): string => {
    const value = read(output);
    if (value !== null) return value;
    throw new Problem({
      what: `${stack.environment.name} is not deployed in ${region}.`,
      why: `Terraform's output ${output} has nothing for ${region}.`,
      fix: `deploy it: npx sonotheia deploy --env ${stack.environment.name}`,
    });
  };
  const checked: StackOutputs = {
    webhookUrl: read('webhook_urls'),
    healthUrl: read('health_urls'),
    bucket: require('s3_bucket_names'),
    table: require('dynamodb_table_names'),
    queueUrl: require('audio_queue_urls'),
    deadLetterQueueUrl: require('audio_dlq_urls'),
    webhookDeadLetterQueueUrl: require('webhook_dlq_urls'),
    resultsTopicArn: require('results_topic_arns'),
    alarmsTopicArn: read('alarms_topic_arns'),
    apiKeySecretArn: require('api_key_secret_arns'),
    webhookSecretArn: require('webhook_secret_arns'),
  };
  checkNames(checked, stack);
  return checked;
}

function checkNames({ bucket, table }: StackOutputs, { environment, region, names }: Stack): void {
  const differing = [
    [bucket, names.bucket],
    [table, names.table],
  ].find(([deployed, wanted]) => deployed !== wanted);
  if (differing === undefined) return;
  throw new Problem({
    what: `The deployment of ${environment.name} in ${region.name} does not match the spec.`,
    why: `Deployed is ${differing[0]}, the spec says ${differing[1]}.`,
    fix: `use the spec that was deployed (--config), or deploy this one: npx sonotheia deploy --env ${environment.name}`,
  });
}
