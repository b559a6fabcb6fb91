// Serves deployed REST APIs with Lambda proxy integrations, from the configuration in API Gateway and Lambda.
import { randomUUID } from 'node:crypto';
import {
  APIGatewayClient,
  type GatewayResponse,
  GetGatewayResponsesCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand,
  type MethodSetting,
  type Resource,
} from '@aws-sdk/client-api-gateway';
import { GetPolicyCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  findRoute,
  type ProxyRoute,
  toProxyAnswer,
  toProxyEvent,
} from '../../scripts/local/gateway/api-gateway-proxy.ts';
import type { ApiRequest, HttpAnswer } from '../../scripts/local/gateway/api-request.ts';
import {
  type GatewayResponseType,
  TokenBucket,
  toGatewayAnswer,
} from '../../scripts/local/gateway/gateway-answers.ts';
import { type ClientFactory, regionOfArn } from './aws-access.ts';
import type { FunctionPool } from './function-pool.ts';
import { mayInvoke } from './lambda-permission.ts';

export interface ApiGatewayOptions {
  readonly clients: ClientFactory;
  readonly functions: FunctionPool;
  readonly listResources: () => Promise<readonly string[]>;
}

/** The configuration of one deployment. */
interface DeployedApi {
  readonly region: string;
  readonly resources: readonly Resource[];
  readonly binaryMediaTypes: readonly string[];
  /** By type: the API's own gateway responses. */
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponse>;
  /** Null without permissions. */
  readonly stageVariables: Readonly<Record<string, string>> | null;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const ACCOUNT_ID = '123456789012';

export class ApiGateway {
  readonly #options: ApiGatewayOptions;
  /** By deployment: as on AWS, changes take effect when the stage is redeployed. */
  readonly #deployments = new Map<string, Promise<DeployedApi>>();
  readonly #regions = new Map<string, string>();
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: ApiGatewayOptions) {
    this.#options = options;
  }

  async answer(request: ApiRequest): Promise<HttpAnswer> {
    const found = await this.#findDeployment(request.apiId, request.stage);
    if (found === undefined) return toGatewayAnswer('ACCESS_DENIED');
    const { api, settings } = found;
    const refuse = (type: GatewayResponseType) => toGatewayAnswer(type, api.gatewayResponses.get(type));
    if (request.body.length > MAX_BODY_BYTES) return refuse('REQUEST_TOO_LARGE');
    const route = findRoute(api.resources, request.message.method ?? 'GET', request.path);
    if (route === undefined) return refuse('MISSING_AUTHENTICATION_TOKEN');
    if (this.#isThrottled(request, settings)) return refuse('THROTTLED');
    const functionArn = /functions\/(arn:[^/]+)\/invocations/.exec(route.integrationUri)?.[1];
    if (functionArn === undefined || !(await this.#mayInvoke(functionArn, api, request, route))) {
      return refuse('API_CONFIGURATION_ERROR');
    }
    const event = toProxyEvent({
      ...request,
      route,
      requestId: randomUUID(),
      accountId: ACCOUNT_ID,
      binaryMediaTypes: api.binaryMediaTypes,
      stageVariables: api.stageVariables,
    });
    const outcome = await this.#options.functions.invoke(functionArn, JSON.stringify(event));
    return toProxyAnswer(outcome) ?? refuse('DEFAULT_5XX');
  }

  /** Method settings take effect at once, unlike the configuration of a deployment. */
  #isThrottled({ apiId, stage }: ApiRequest, settings: MethodSetting | undefined): boolean {
    const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = settings ?? {};
    if (rate === undefined || burst === undefined) return false;
    const key = `${apiId} ${stage} ${rate} ${burst}`;
    const bucket = this.#buckets.get(key) ?? new TokenBucket(rate, burst);
    this.#buckets.set(key, bucket);
    return !bucket.take(performance.now());
  }

  async #findDeployment(
    apiId: string,
    stageName: string,
  ): Promise<{ api: DeployedApi; settings: MethodSetting | undefined } | undefined> {
    const region = await this.#regionOf(apiId);
    if (region === undefined) return undefined;
    const gateway = this.#options.clients.client(APIGatewayClient, { region });
    const stage = await gateway
      .send(new GetStageCommand({ restApiId: apiId, stageName }))
      .catch(() => undefined);
    if (stage === undefined) return undefined;
    const key = `${apiId} ${stage.deploymentId}`;
    const known = this.#deployments.get(key) ?? readDeployment(gateway, apiId, region, stage.variables);
    this.#deployments.set(key, known);
    return { api: await known, settings: stage.methodSettings?.['*/*'] };
  }

  async #regionOf(apiId: string): Promise<string | undefined> {
    const known = this.#regions.get(apiId);
    if (known !== undefined) return known;
    const arns = await this.#options.listResources();
    const arn = arns.find((candidate) => candidate.endsWith(`::/restapis/${apiId}`));
    if (arn === undefined) return undefined;
    this.#regions.set(apiId, regionOfArn(arn));
    return regionOfArn(arn);
  }

  async #mayInvoke(
    functionArn: string,
    api: DeployedApi,
    request: ApiRequest,
    route: ProxyRoute,
  ): Promise<boolean> {
    const { clients, functions } = this.#options;
    const { Policy: policy } = await clients
      .client(LambdaClient, { region: regionOfArn(functionArn) })
      .send(new GetPolicyCommand({ FunctionName: functionArn }))
      .catch(() => ({ Policy: undefined }));
    const apiArn = `arn:aws:execute-api:${api.region}:${ACCOUNT_ID}:${request.apiId}`;
    const sourceArn = `${apiArn}/${request.stage}/${route.method}${route.resourcePath}`;
    const isAllowed = mayInvoke(policy, { service: 'apigateway.amazonaws.com', sourceArn });
    if (!isAllowed) {
      functions.log(
        functionArn.split(':').at(-1) ?? '',
        `[api gateway] no permission to invoke from ${sourceArn}`,
      );
    }
    return isAllowed;
  }
}

async function readDeployment(
  gateway: APIGatewayClient,
  restApiId: string,
  region: string,
  variables: Record<string, string> | undefined,
): Promise<DeployedApi> {
  const { items } = await gateway.send(
    new GetResourcesCommand({ restApiId, embed: ['methods'], limit: 500 }),
  );
  const { binaryMediaTypes } = await gateway.send(new GetRestApiCommand({ restApiId }));
  const stageVariables = Object.keys(variables ?? {}).length === 0 ? null : (variables ?? null);
  const answers = await gateway.send(new GetGatewayResponsesCommand({ restApiId }));
  return {
    region,
    resources: items ?? [],
    binaryMediaTypes: binaryMediaTypes ?? [],
    gatewayResponses: new Map(
      (answers.items ?? []).map((response) => [response.responseType ?? '', response]),
    ),
    stageVariables,
  };
}
