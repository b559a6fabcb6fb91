// Permissions that a request needs in addition to its own action, from the services' documentation: the role that it
// passes, the key that the service uses for the caller, tags of a new resource, and parts of other services.
import type { RecordedRequest } from '../../local-aws/recorded-requests.ts';
import {
  ACCOUNT,
  type AccountState,
  listTags,
  nameArn,
  nameNewKey,
  readAnswer,
  readTags,
  readText,
} from './account-state.ts';
import { readSecret, showVariables, useFunctionKey, useSecretKey, useTableKey } from './key-permissions.ts';
import type { PolicyRequest } from './policy-decision.ts';

type Dependents = (request: RecordedRequest, state: AccountState) => readonly PolicyRequest[];

const API_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway`;
const SCALING_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable`;
const createServiceRole = (resource: string): PolicyRequest => ({
  action: 'iam:CreateServiceLinkedRole',
  resource,
});

const DEPENDENTS: Readonly<Record<string, Dependents>> = {
  'apigateway:CreateDomainName': () => [createServiceRole(API_ROLE)],
  'apigateway:CreateStage': (request) =>
    request.parameters.tracingEnabled === true ? [createServiceRole(API_ROLE)] : [],
  'apigateway:UpdateStage': (request) =>
    /"path":"\/tracingEnabled","value":"true"/.test(JSON.stringify(request.parameters.patchOperations))
      ? [createServiceRole(API_ROLE)]
      : [],
  'apigateway:UpdateRestApi': (request, { tags }) => {
    if (!JSON.stringify(request.parameters.patchOperations).includes('"path":"/policy"')) return [];
    const resource = `arn:aws:apigateway:${request.region}::${request.path}`;
    const context = listTags('aws:ResourceTag', tags.get(resource));
    return [{ action: 'apigateway:UpdateRestApiPolicy', resource, context }];
  },
  // Measured on AWS: https://github.com/iann0036/iam-dataset/pull/39
  'apigateway:TagResource': (request, { tags }) => {
    const resource = readText(request, 'resourceArn');
    return [
      { action: 'apigateway:PATCH', resource, context: listTags('aws:ResourceTag', tags.get(resource)) },
    ];
  },
  'apigateway:UpdateAccount': (request) =>
    (request.parameters.patchOperations as readonly { path: string; value?: string }[])
      .filter(({ path, value }) => path === '/cloudwatchRoleArn' && value)
      .map(({ value = '' }) => passRole(value, 'apigateway')),
  'application-autoscaling:RegisterScalableTarget': () => [createServiceRole(SCALING_ROLE)],
  'application-autoscaling:PutScalingPolicy': (request) => changeAlarms(request, 'PutMetricAlarm'),
  'application-autoscaling:DeleteScalingPolicy': (request) => changeAlarms(request, 'DeleteAlarms'),
  'dynamodb:CreateTable': useTableKey,
  'dynamodb:UpdateTable': useTableKey,
  'lambda:CreateFunction': configureFunction,
  'lambda:GetFunction': showVariables,
  'lambda:GetFunctionConfiguration': showVariables,
  'lambda:UpdateFunctionConfiguration': configureFunction,
  's3:CreateBucket': (request) =>
    request.parameters.ObjectOwnership === undefined
      ? []
      : [
          {
            action: 's3:PutBucketOwnershipControls',
            resource: `arn:aws:s3:::${readText(request, 'Bucket')}`,
          },
        ],
  'secretsmanager:CreateSecret': useSecretKey,
  'secretsmanager:UpdateSecret': useSecretKey,
  'secretsmanager:PutSecretValue': useSecretKey,
  'secretsmanager:GetSecretValue': readSecret,
  // The role that delivers to a stream.
  'sns:Subscribe': (request) => {
    const { SubscriptionRoleArn } = (request.parameters.Attributes ?? {}) as Record<
      string,
      string | undefined
    >;
    return SubscriptionRoleArn === undefined ? [] : [passRole(SubscriptionRoleArn, 'sns')];
  },
  'wafv2:AssociateWebACL': guardStage,
  'wafv2:DisassociateWebACL': guardStage,
  // https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html
  'wafv2:DeleteLoggingConfiguration': () => [{ action: 'logs:DeleteLogDelivery', resource: '*' }],
  'wafv2:PutLoggingConfiguration': () =>
    ['CreateLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies', 'PutResourcePolicy'].map(
      (name) => ({
        action: `logs:${name}`,
        resource: '*',
      }),
    ),
};

const TAG_ACTIONS: Readonly<Record<string, string>> = { iam: 'TagRole', sqs: 'TagQueue' };

export function listDependents(
  request: RecordedRequest,
  state: AccountState,
  resources: readonly string[],
): readonly PolicyRequest[] {
  return [
    ...(DEPENDENTS[`${request.service}:${request.operation}`]?.(request, state) ?? []),
    ...tagNewResource(request, resources),
  ];
}

/** Every service asks for the permission to tag when a request that creates a resource has tags. */
function tagNewResource(request: RecordedRequest, resources: readonly string[]): readonly PolicyRequest[] {
  const { service, operation } = request;
  const tags = readTags(request);
  if (Object.keys(tags).length === 0 || /^Tag/.test(operation)) return [];
  const context = listTags('aws:RequestTag', tags);
  const created = locateNewResource(request, resources);
  if (service === 'apigateway') {
    const resource = `arn:aws:apigateway:${request.region}::/tags/${encodeURIComponent(created)}`;
    return [{ action: 'apigateway:PUT', resource, context }];
  }
  return [{ action: `${service}:${TAG_ACTIONS[service] ?? 'TagResource'}`, resource: created, context }];
}

/** The resource that gets the tags; AWS chooses the ids of some. */
function locateNewResource(request: RecordedRequest, [located = '']: readonly string[]): string {
  switch (`${request.service}:${request.operation}`) {
    case 'apigateway:CreateDomainName':
      return `${located}/${readText(request, 'domainName')}`;
    case 'apigateway:CreateRestApi':
      return `${located}/${readAnswer(request, 'id')}`;
    case 'apigateway:CreateStage':
      return `${located}/${readText(request, 'stageName')}`;
    case 'kms:CreateKey':
      return nameNewKey(request);
    case 'lambda:CreateEventSourceMapping':
      return nameArn(request, 'lambda', `event-source-mapping:${readAnswer(request, 'UUID')}`);
    default:
      // IAM knows a log group with `:*` at its end, but its tags without.
      return located.replace(/:\*$/, '');
  }
}

function passRole(resource: string, service: string): PolicyRequest {
  return { action: 'iam:PassRole', resource, context: { 'iam:PassedToService': `${service}.amazonaws.com` } };
}

function configureFunction(request: RecordedRequest, state: AccountState): readonly PolicyRequest[] {
  const { Layers = [], Role } = request.parameters as FunctionSettings;
  return [
    ...(Role === undefined ? [] : [passRole(Role, 'lambda')]),
    ...Layers.map((resource) => ({ action: 'lambda:GetLayerVersion', resource })),
    ...useFunctionKey(request, state),
    ...readNetwork(request),
  ];
}

interface FunctionSettings {
  readonly Layers?: readonly string[];
  readonly Role?: string;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html */
function readNetwork({ parameters: { VpcConfig } }: RecordedRequest): readonly PolicyRequest[] {
  const { SubnetIds = [] } = (VpcConfig ?? {}) as { SubnetIds?: readonly string[] };
  if (SubnetIds.length === 0) return [];
  return ['DescribeSecurityGroups', 'DescribeSubnets', 'DescribeVpcs'].map((name) => ({
    action: `ec2:${name}`,
    resource: '*',
  }));
}

function changeAlarms(request: RecordedRequest, name: string): readonly PolicyRequest[] {
  const target = readText(request, 'ResourceId');
  return ['High', 'Low'].map((limit) => ({
    action: `cloudwatch:${name}`,
    resource: nameArn(request, 'cloudwatch', `alarm:TargetTracking-${target}-Alarm${limit}-0`),
  }));
}

function guardStage(request: RecordedRequest): readonly PolicyRequest[] {
  return [{ action: 'apigateway:SetWebACL', resource: readText(request, 'ResourceArn') }];
}
