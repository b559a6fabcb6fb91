// A local AWS for tests: the server that Terraform and the SDK talk to, and the bridge that runs deployed functions.
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import type { InvocationOutcome } from '../../scripts/local/lambda/lambda-sandbox.ts';
import {
  type AwsClient,
  type AwsClientClass,
  type AwsCredentials,
  type ClientOptions,
  createClientFactory,
} from './aws-access.ts';
import { assumeRole } from './deployed-function.ts';
import { startLambdaBridge } from './lambda-bridge.ts';
import { forkLocalServer, type LocalServer, startLocalServer } from './local-server.ts';
import { fetchRequests, type RecordedRequest } from './recorded-requests.ts';

export interface LocalAwsOptions {
  /** Region of `env` and of clients without another one. Default `us-east-1`; all regions exist. */
  readonly region?: string;
  /** Concurrent invocations of one function; more wait. Default 4. */
  readonly maxSandboxesPerFunction?: number;
  /** How long a message that a function did not process stays invisible. Default 0: it is retried at once. */
  readonly retryDelaySeconds?: number;
}

export interface LocalAws {
  /** URL of all AWS APIs. */
  readonly endpoint: string;
  /** URL of deployed REST APIs (`apiUrl`) and of Lambda's invoke API. */
  readonly bridgeUrl: string;
  readonly region: string;
  /** Credentials of an administrator, valid with and without IAM enforcement. */
  readonly credentials: AwsCredentials;
  /** Points child processes (Terraform, the AWS CLI, a handler) to this AWS. */
  readonly env: Readonly<Record<string, string>>;
  /** `client(S3Client)`, `client(SQSClient, { region, credentials })`: AWS SDK v3 clients, destroyed by `stop`. */
  client<C extends AwsClient>(clientClass: AwsClientClass<C>, options?: ClientOptions): C;
  /** The local URL for `https://<id>.execute-api.<region>.amazonaws.com/<stage>/<path>`. */
  apiUrl(publicUrl: string): string;
  /** Runs a deployed function with its own role. */
  invoke(nameOrArn: string, event: unknown): Promise<InvocationOutcome>;
  /** Output lines of the function since the start, and errors of the local poller and API about it. */
  logs(functionName: string): readonly string[];
  /** An independent copy of the complete state without the logs, in well under a second. It ends with the original. */
  fork(): Promise<LocalAws>;
  /** Off at the start: every call is allowed. */
  enforceIam(isEnforced: boolean): Promise<void>;
  /** Starts a recording of requests, or restarts it. A fork has its own. */
  recordRequests(): Promise<void>;
  /** Requests since `recordRequests` in the order of their answers: Terraform's, or those whose user-agent fits. */
  listRecordedRequests(agent?: RegExp): Promise<readonly RecordedRequest[]>;
  /** Credentials of a role; ignores its trust policy. */
  assumeRole(roleArn: string): Promise<AwsCredentials>;
  /** Sorted ARNs of all resources in all regions, without the administrator. Empty after a complete destroy. */
  listResources(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const ADMINISTRATOR_NAME = 'local-aws-administrator';

/** Starts a local AWS on free ports. It ends with this process; several can run at once. */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const server = await startLocalServer();
  try {
    return await openLocalAws(server, await createAdministrator(server.endpoint), options);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openLocalAws(
  server: LocalServer,
  credentials: AwsCredentials,
  options: LocalAwsOptions,
): Promise<LocalAws> {
  const { endpoint } = server;
  const region = options.region ?? 'us-east-1';
  const clients = createClientFactory(endpoint, region, credentials);
  const listResources = (): Promise<readonly string[]> => fetchResources(endpoint);
  const bridge = await startLambdaBridge({
    clients,
    listResources,
    maxSandboxesPerFunction: options.maxSandboxesPerFunction ?? 4,
    retryDelaySeconds: options.retryDelaySeconds ?? 0,
  });
  const forks: LocalAws[] = [];

  return {
    endpoint,
    bridgeUrl: bridge.url,
    region,
    credentials,
    env: buildChildEnvironment(endpoint, region, credentials),
    client: (clientClass, clientOptions) => clients.client(clientClass, clientOptions),
    apiUrl: (publicUrl) => toBridgeUrl(publicUrl, bridge.url),
    invoke: (nameOrArn, event) => bridge.invoke(nameOrArn, JSON.stringify(event)),
    logs: (functionName) => bridge.logs(functionName),
    async fork() {
      const fork = await openLocalAws(await forkLocalServer(endpoint), credentials, options);
      forks.push(fork);
      return fork;
    },
    async enforceIam(isEnforced) {
      await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: isEnforced ? '0' : 'inf' });
    },
    async recordRequests() {
      await fetch(`${endpoint}/moto-api/recorded-requests`, { method: 'POST' });
    },
    listRecordedRequests: (agent) => fetchRequests(endpoint, agent),
    assumeRole: (roleArn) => assumeRole(clients.client(STSClient), roleArn, 'local-aws'),
    listResources,
    async stop() {
      await Promise.all(forks.map((fork) => fork.stop()));
      await bridge.stop();
      clients.destroyClients();
      await server.stop();
    },
  };
}

/** Creates a real access key, because IAM enforcement refuses an invented one. */
async function createAdministrator(endpoint: string): Promise<AwsCredentials> {
  const anybody = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clients = createClientFactory(endpoint, 'us-east-1', anybody);
  const iam = clients.client(IAMClient);
  const UserName = ADMINISTRATOR_NAME;
  const statement = { Effect: 'Allow', Action: '*', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'everything', PolicyDocument }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  clients.destroyClients();
  if (!key?.AccessKeyId || !key.SecretAccessKey) throw new Error('The local AWS made no access key.');
  return { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey };
}

function buildChildEnvironment(
  endpoint: string,
  region: string,
  credentials: AwsCredentials,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function toBridgeUrl(publicUrl: string, bridgeUrl: string): string {
  const { hostname, pathname, search } = new URL(publicUrl);
  const [apiId] = hostname.split('.');
  const [, stage, ...rest] = pathname.split('/');
  return [`${bridgeUrl}/restapis/${apiId}/${stage}/_user_request_`, ...rest].join('/') + search;
}

async function fetchResources(endpoint: string): Promise<readonly string[]> {
  const answer = await fetch(`${endpoint}/moto-api/resources`);
  if (!answer.ok) throw new Error(`The local AWS could not list its resources: ${await answer.text()}`);
  const arns = (await answer.json()) as string[];
  return arns.filter((arn) => !arn.endsWith(`:user/${ADMINISTRATOR_NAME}`));
}
