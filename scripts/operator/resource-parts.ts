// Look-ups of resources without a name, or with a name that is unique only within a parent: parts of an API or a function, keys.
import {
  APIGatewayClient,
  GetBasePathMappingCommand,
  GetDomainNameCommand,
  GetMethodCommand,
  GetStageCommand,
  paginateGetResources,
} from '@aws-sdk/client-api-gateway';
import {
  DescribeKeyCommand,
  KMSClient,
  ListResourceTagsCommand,
  paginateListKeys,
} from '@aws-sdk/client-kms';
import { GetPolicyCommand, LambdaClient, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import { ListWebACLsCommand, type ListWebACLsCommandOutput, WAFV2Client } from '@aws-sdk/client-wafv2';
import type { AwsAccess } from './aws-access.ts';
import { readText } from './destroyed.ts';
import type { Attributes, ResourceKind } from './resource-kind.ts';

export const RESOURCE_PARTS: Readonly<Record<string, ResourceKind>> = {
  aws_lambda_permission: {
    title: 'permission',
    nameAttribute: 'statement_id',
    within: ['function_name'],
    way: 'import',
    find: async (aws, region, name, attributes) => {
      const FunctionName = readText(attributes, 'function_name');
      const { Policy = '{}' } = await aws
        .client(LambdaClient, region)
        .send(new GetPolicyCommand({ FunctionName }));
      const { Statement = [] } = JSON.parse(Policy) as { Statement?: readonly { readonly Sid?: string }[] };
      return Statement.some(({ Sid }) => Sid === name) ? `${FunctionName}/${name}` : undefined;
    },
  },
  aws_lambda_event_source_mapping: {
    title: 'mapping of',
    nameAttribute: 'event_source_arn',
    within: ['function_name'],
    way: 'import',
    find: async (aws, region, EventSourceArn, attributes) => {
      const FunctionName = readText(attributes, 'function_name');
      const client = aws.client(LambdaClient, region);
      const pages = paginateListEventSourceMappings({ client }, { EventSourceArn, FunctionName });
      for await (const { EventSourceMappings = [] } of pages)
        for (const { UUID } of EventSourceMappings) return UUID;
      return undefined;
    },
  },
  aws_api_gateway_resource: {
    title: 'resource of the API',
    nameAttribute: 'path_part',
    within: ['rest_api_id', 'parent_id'],
    way: 'import',
    find: async (aws, region, name, attributes) => {
      const [restApiId, parentId] = [readText(attributes, 'rest_api_id'), readText(attributes, 'parent_id')];
      const client = aws.client(APIGatewayClient, region);
      for await (const { items = [] } of paginateGetResources({ client, pageSize: 500 }, { restApiId }))
        for (const item of items)
          if (item.pathPart === name && item.parentId === parentId) return `${restApiId}/${item.id}`;
      return undefined;
    },
  },
  aws_api_gateway_method: {
    title: 'method of the API',
    nameAttribute: 'http_method',
    within: ['rest_api_id', 'resource_id'],
    way: 'import',
    find: async (aws, region, httpMethod, attributes) => {
      const [restApiId, resourceId] = [
        readText(attributes, 'rest_api_id'),
        readText(attributes, 'resource_id'),
      ];
      const client = aws.client(APIGatewayClient, region);
      await client.send(new GetMethodCommand({ restApiId, resourceId, httpMethod }));
      return `${restApiId}/${resourceId}/${httpMethod}`;
    },
  },
  aws_api_gateway_stage: {
    title: 'stage of the API',
    nameAttribute: 'stage_name',
    within: ['rest_api_id'],
    way: 'import',
    find: async (aws, region, stageName, attributes) => {
      const restApiId = readText(attributes, 'rest_api_id');
      await aws.client(APIGatewayClient, region).send(new GetStageCommand({ restApiId, stageName }));
      return `${restApiId}/${stageName}`;
    },
  },
  aws_api_gateway_domain_name: {
    title: 'custom domain',
    nameAttribute: 'domain_name',
    way: 'import',
    find: async (aws, region, domainName) => {
      await aws.client(APIGatewayClient, region).send(new GetDomainNameCommand({ domainName }));
      return domainName;
    },
  },
  // The path is empty; AWS calls it `(none)`.
  aws_api_gateway_base_path_mapping: {
    title: 'mapping of the custom domain',
    nameAttribute: 'domain_name',
    way: 'import',
    find: async (aws, region, domainName) => {
      const request = { domainName, basePath: '(none)' };
      await aws.client(APIGatewayClient, region).send(new GetBasePathMappingCommand(request));
      return `${domainName}/`;
    },
  },
  aws_kms_alias: {
    title: 'alias',
    nameAttribute: 'name',
    way: 'import',
    find: async (aws, region, name) => {
      await aws.client(KMSClient, region).send(new DescribeKeyCommand({ KeyId: name }));
      return name;
    },
  },
  aws_kms_key: { title: 'key', nameAttribute: 'description', way: 'import', find: findKey },
  aws_wafv2_web_acl: {
    title: 'firewall',
    nameAttribute: 'name',
    way: 'import',
    find: async (aws, region, name) => {
      let NextMarker: string | undefined;
      do {
        const page: ListWebACLsCommandOutput = await aws
          .client(WAFV2Client, region)
          .send(new ListWebACLsCommand({ Scope: 'REGIONAL', NextMarker }));
        const found = page.WebACLs?.find(({ Name }) => Name === name);
        if (found !== undefined) return `${found.Id}/${name}/REGIONAL`;
        NextMarker = page.NextMarker;
      } while (NextMarker !== undefined);
      return undefined;
    },
  },
};

/** Finds an enabled key with this description and all the planned tags. */
async function findKey(
  aws: AwsAccess,
  region: string,
  description: string,
  { tags_all }: Attributes,
): Promise<string | undefined> {
  const client = aws.client(KMSClient, region);
  const wanted = Object.entries(tags_all ?? {});
  for await (const { Keys = [] } of paginateListKeys({ client }, {}))
    for (const { KeyId } of Keys) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      if (KeyMetadata?.Description !== description || KeyMetadata.KeyState !== 'Enabled') continue;
      const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }));
      const tags = new Map(Tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
      if (wanted.length > 0 && wanted.every(([key, value]) => tags.get(key) === value)) return KeyId;
    }
  return undefined;
}
