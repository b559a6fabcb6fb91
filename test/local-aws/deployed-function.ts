// Reads one function's code, configuration and role from the server.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { type FunctionConfiguration, GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { unzipSync } from 'fflate';
import { type AwsCredentials, type ClientFactory, regionOfArn } from './aws-access.ts';

export interface DeployedFunction {
  readonly name: string;
  readonly arn: string;
  readonly configuration: FunctionConfiguration;
  readonly codeUrl: string;
}

export interface FunctionReader {
  /** Accepts an ARN, or a name in the region of the local AWS. */
  read(nameOrArn: string): Promise<DeployedFunction>;
  /** Credentials of the function's role, after a check that Lambda may assume it. */
  assumeRoleOf(deployed: DeployedFunction): Promise<AwsCredentials>;
}

export function createFunctionReader(clients: ClientFactory): FunctionReader {
  const iam = clients.client(IAMClient);
  const sts = clients.client(STSClient);

  return {
    async read(nameOrArn) {
      const region = nameOrArn.startsWith('arn:') ? regionOfArn(nameOrArn) : clients.region;
      const lambda = clients.client(LambdaClient, { region });
      const found = await lambda.send(new GetFunctionCommand({ FunctionName: nameOrArn }));
      const configuration = found.Configuration ?? {};
      const { FunctionName: name, FunctionArn: arn } = configuration;
      if (name === undefined || arn === undefined || found.Code?.Location === undefined) {
        throw new Error(`The local AWS described ${nameOrArn} incompletely.`);
      }
      return { name, arn, configuration, codeUrl: found.Code.Location };
    },
    async assumeRoleOf(deployed) {
      const roleArn = deployed.configuration.Role ?? '';
      const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: roleArn.split('/').at(-1) }));
      const trustPolicy = decodeURIComponent(role?.AssumeRolePolicyDocument ?? '');
      if (!trustPolicy.includes('"lambda.amazonaws.com"')) {
        throw new Error(`The role defined for ${deployed.name} cannot be assumed by Lambda: ${trustPolicy}`);
      }
      return assumeRole(sts, roleArn, deployed.name);
    },
  };
}

export async function assumeRole(
  sts: STSClient,
  roleArn: string,
  sessionName: string,
): Promise<AwsCredentials> {
  const { Credentials: credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }),
  );
  if (!credentials?.AccessKeyId || !credentials.SecretAccessKey || !credentials.SessionToken) {
    throw new Error(`No credentials for ${roleArn}.`);
  }
  return {
    accessKeyId: credentials.AccessKeyId,
    secretAccessKey: credentials.SecretAccessKey,
    sessionToken: credentials.SessionToken,
  };
}

/** Unpacks the deployed zip into a new temporary directory, which becomes the task root. */
export async function unpackCode(deployed: DeployedFunction): Promise<string> {
  const answer = await fetch(deployed.codeUrl);
  if (!answer.ok) throw new Error(`No code for ${deployed.name}: HTTP ${answer.status}`);
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  const taskRoot = await mkdtemp(path.join(tmpdir(), `${deployed.name}-`));
  for (const [name, contents] of Object.entries(files)) {
    if (name.endsWith('/')) continue;
    const file = path.join(taskRoot, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
  return taskRoot;
}

export async function removeCode(taskRoot: string): Promise<void> {
  await rm(taskRoot, { recursive: true, force: true });
}

/** The environment of a function on Lambda, with the local endpoint. */
export function buildEnvironment(
  deployed: DeployedFunction,
  taskRoot: string,
  endpoint: string,
  credentials: AwsCredentials,
): Record<string, string> {
  const { configuration } = deployed;
  const region = regionOfArn(deployed.arn);
  const logging = configuration.LoggingConfig;
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...configuration.Environment?.Variables,
    _HANDLER: configuration.Handler ?? '',
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: deployed.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize ?? 128),
    AWS_LAMBDA_LOG_FORMAT: logging?.LogFormat ?? 'Text',
    AWS_LAMBDA_LOG_GROUP_NAME: logging?.LogGroup ?? `/aws/lambda/${deployed.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/05/[$LATEST]local',
    ...(logging?.ApplicationLogLevel ? { AWS_LAMBDA_LOG_LEVEL: logging.ApplicationLogLevel } : {}),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken ?? '',
  };
}
