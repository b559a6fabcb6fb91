// Look-ups on a local AWS: absent, present, and without permission.

import {
  APIGatewayClient,
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  CreateRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateWebACLCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../test/local-aws/local-aws.ts';
import { createNobody } from '../../test/support/deployment/as-nobody.ts';
import { describeWithTools, MOTO } from '../../test/support/required-tools.ts';
import type { AwsAccess } from './aws-access.ts';
import { isAccessDenied } from './explain-aws-error.ts';
import { findResource, RESOURCE_KINDS } from './find-resource.ts';

const REGION = 'us-east-1';
/** Names of resources that are not there; `none` for the other types. */
const NAMES: Readonly<Record<string, string>> = {
  aws_kms_alias: 'alias/none',
  aws_lambda_event_source_mapping: `arn:aws:sqs:${REGION}:123456789012:none`,
};
type Credentials = Awaited<ReturnType<LocalAws['assumeRole']>>;

describeWithTools('asking AWS', [MOTO], () => {
  let aws: LocalAws;
  let strict: LocalAws;
  const open = (credentials?: Credentials): AwsAccess =>
    ({
      client: (clientClass: never) =>
        credentials === undefined ? aws.client(clientClass) : strict.client(clientClass, { credentials }),
      findCaller: async () => ({ accountId: '123456789012', arn: '', partition: 'aws' }),
    }) as unknown as AwsAccess;
  let nobody: Credentials;
  const WITHIN = { function_name: 'gone', rest_api_id: 'gone', parent_id: 'gone', resource_id: 'gone' };

  beforeAll(async () => {
    aws = await startLocalAws();
    strict = await aws.fork();
    nobody = await createNobody(strict);
    await strict.enforceIam(true);
  });
  afterAll(() => aws?.stop());

  test('an absent resource', async () => {
    const types = Object.keys(RESOURCE_KINDS);
    const found = await Promise.all(
      types.map((type) => findResource(open(), type, REGION, NAMES[type] ?? 'none', WITHIN)),
    );
    expect(found).toEqual(types.map(() => undefined));
  });

  test('without the permission', async () => {
    // Another account's bucket with that name makes no difference.
    const types = Object.keys(RESOURCE_KINDS).filter((type) => type !== 'aws_s3_bucket');
    const errors = await Promise.all(
      types.map((type) =>
        findResource(open(nobody), type, REGION, NAMES[type] ?? 'none', WITHIN).catch(
          (thrown: unknown) => thrown,
        ),
      ),
    );
    for (const [index, error] of errors.entries())
      expect(isAccessDenied(error), `${types[index]}: ${error}`).toBe(true);
  });

  test('finds a custom domain and its mapping', async () => {
    const gateway = aws.client(APIGatewayClient);
    const domainName = 'hooks.example.com';
    const find = () =>
      Promise.all(
        ['aws_api_gateway_domain_name', 'aws_api_gateway_base_path_mapping'].map((type) =>
          findResource(open(), type, REGION, domainName),
        ),
      );
    const regionalCertificateArn = `arn:aws:acm:${REGION}:123456789012:certificate/1`;
    const endpointConfiguration = { types: ['REGIONAL' as const] };
    const domain = { domainName, regionalCertificateArn, endpointConfiguration };
    const createDomain = () => gateway.send(new CreateDomainNameCommand(domain));
    await createDomain();
    await expect(createDomain()).rejects.toThrow('already exists');
    expect(await find()).toEqual([domainName, undefined]);
    const { id: restApiId } = await gateway.send(new CreateRestApiCommand({ name: 'acme-dev' }));
    const map = () => gateway.send(new CreateBasePathMappingCommand({ domainName, restApiId }));
    await map();
    await expect(map()).rejects.toThrow('Only one base path mapping');
    expect(await find()).toEqual([domainName, `${domainName}/`]);
  });

  test('finds keys by description and all tags, firewalls and aliases by name', async () => {
    const description = 'Encrypts all that acme-dev stores.';
    const kms = aws.client(KMSClient);
    const tags = { Project: 'acme', Environment: 'dev' };
    const make = async (Environment: string): Promise<string> => {
      const Tags = [
        { TagKey: 'Project', TagValue: 'acme' },
        { TagKey: 'Environment', TagValue: Environment },
      ];
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: description, Tags }));
      return KeyMetadata?.KeyId ?? '';
    };
    await make('staging');
    const find = (attributes = {}) => findResource(open(), 'aws_kms_key', REGION, description, attributes);
    expect(await find({ tags_all: tags })).toBeUndefined();
    const KeyId = await make('dev');
    expect(await find({ tags_all: tags })).toBe(KeyId);
    expect(await find()).toBeUndefined();
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/acme-dev', TargetKeyId: KeyId }));
    expect(await findResource(open(), 'aws_kms_alias', REGION, 'alias/acme-dev')).toBe('alias/acme-dev');
    const { Summary } = await aws.client(WAFV2Client).send(
      new CreateWebACLCommand({
        Name: 'acme-dev',
        Scope: 'REGIONAL',
        DefaultAction: { Allow: {} },
        VisibilityConfig: { SampledRequestsEnabled: false, CloudWatchMetricsEnabled: false, MetricName: 'm' },
      }),
    );
    expect(await findResource(open(), 'aws_wafv2_web_acl', REGION, 'acme-dev')).toBe(
      `${Summary?.Id}/acme-dev/REGIONAL`,
    );
  });
});
