// The resources of a request to AWS, as IAM names them. A request whose resources are unknown is an error.
import type { RecordedRequest } from '../../local-aws/recorded-requests.ts';
import {
  ACCOUNT,
  type AccountState,
  nameArn,
  nameFunction,
  nameKey,
  nameSecret,
  readText,
} from './account-state.ts';

type Locate = (request: RecordedRequest, state: AccountState) => readonly string[];

/** Requests without resources, for which IAM asks for `*`. */
const NO_RESOURCES: readonly string[] = ['*'];

const LOCATORS: Readonly<Record<string, Locate>> = {
  apigateway: ({ region, path }) => [`arn:aws:apigateway:${region}::${path}`],
  'application-autoscaling': (request) => {
    if (request.operation.startsWith('Describe')) return NO_RESOURCES;
    // AWS chooses the id of a target.
    const unnamed = nameArn(request, 'application-autoscaling', 'scalable-target/0');
    return [String(request.parameters.ResourceARN ?? unnamed)];
  },
  cloudwatch: locateAlarms,
  dynamodb: (request) => {
    const { ResourceArn, TableName } = request.parameters;
    if (request.operation === 'ListTables') return NO_RESOURCES;
    const name = String(ResourceArn ?? TableName ?? readText(request, 'TableName'));
    return [name.startsWith('arn:') ? name : nameArn(request, 'dynamodb', `table/${name}`)];
  },
  ec2: () => NO_RESOURCES,
  iam: (request, { roles }) => {
    const name = readText(request, 'RoleName');
    const known = roles.get(name)?.arn;
    if (known !== undefined) return [known];
    if (request.operation !== 'CreateRole') throw new Error(`no such role: ${name}`);
    return [`arn:aws:iam::${ACCOUNT}:role${request.parameters.Path ?? '/'}${name}`];
  },
  kms: locateKeys,
  lambda: (request) => {
    const { Resource, UUID } = request.parameters;
    if (Resource !== undefined) return [readText(request, 'Resource')];
    if (UUID !== undefined) return [nameArn(request, 'lambda', `event-source-mapping:${UUID}`)];
    return request.operation.includes('EventSourceMapping') ? NO_RESOURCES : [nameFunction(request)];
  },
  logs: (request) => {
    const { logGroupName, resourceArn } = request.parameters;
    if (/ResourcePolic|^DescribeLogGroups$/.test(request.operation)) return NO_RESOURCES;
    if (resourceArn !== undefined) return [readText(request, 'resourceArn')];
    return [nameArn(request, 'logs', `log-group:${logGroupName ?? readText(request, 'logGroupName')}:*`)];
  },
  route53: (request) => {
    const { HostedZoneId, Id } = request.parameters;
    const kind = request.operation === 'GetChange' ? 'change' : 'hostedzone';
    const id = String(HostedZoneId ?? Id ?? readText(request, 'Id'));
    return [`arn:aws:route53:::${kind}/${id.split('/').at(-1)}`];
  },
  s3: (request) => {
    const bucket = `arn:aws:s3:::${readText(request, 'Bucket')}`;
    return [request.parameters.Key === undefined ? bucket : `${bucket}/${readText(request, 'Key')}`];
  },
  secretsmanager: (request) => (request.operation === 'ListSecrets' ? NO_RESOURCES : [nameSecret(request)]),
  sns: (request) => {
    const { TopicArn, ResourceArn, SubscriptionArn, Name } = request.parameters;
    const arn = TopicArn ?? ResourceArn ?? SubscriptionArn;
    return [
      arn === undefined
        ? nameArn(request, 'sns', String(Name ?? readText(request, 'TopicArn')))
        : String(arn),
    ];
  },
  sqs: (request) => {
    const { QueueName, QueueUrl } = request.parameters;
    return [
      nameArn(
        request,
        'sqs',
        String(
          QueueName ??
            (QueueUrl ? readText(request, 'QueueUrl').split('/').at(-1) : readText(request, 'QueueName')),
        ),
      ),
    ];
  },
  wafv2: locateWebAcls,
};

export function locateResources(request: RecordedRequest, state: AccountState): readonly string[] {
  const locate = LOCATORS[request.service];
  if (locate === undefined) throw new Error(`the resources of ${request.service} are unknown here`);
  return locate(request, state);
}

function locateAlarms(request: RecordedRequest): readonly string[] {
  const { AlarmName, AlarmNames, DashboardName, DashboardNames, ResourceARN } = request.parameters;
  if (ResourceARN !== undefined) return [readText(request, 'ResourceARN')];
  if (request.operation === 'DescribeAlarms') return [nameArn(request, 'cloudwatch', 'alarm:*')];
  const dashboards = [DashboardName ?? DashboardNames ?? []].flat();
  if (dashboards.length > 0)
    return dashboards.map((name) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${name}`);
  return [AlarmNames ?? AlarmName ?? readText(request, 'AlarmName')]
    .flat()
    .map((name) => nameArn(request, 'cloudwatch', `alarm:${name}`));
}

function locateKeys(request: RecordedRequest, state: AccountState): readonly string[] {
  const { AliasName, KeyId, TargetKeyId } = request.parameters;
  if (['CreateKey', 'ListAliases'].includes(request.operation)) return NO_RESOURCES;
  if (AliasName === undefined) return [nameKey(request, state, String(KeyId ?? readText(request, 'KeyId')))];
  const alias = readText(request, 'AliasName');
  const keys = [
    ...(TargetKeyId === undefined ? [] : [String(TargetKeyId)]),
    ...(state.aliases.has(alias) ? [alias] : []),
  ];
  return [nameArn(request, 'kms', alias), ...keys.map((key) => nameKey(request, state, key))];
}

function locateWebAcls(request: RecordedRequest, { webAcls }: AccountState): readonly string[] {
  const { ResourceArn, ResourceARN, WebACLArn, LoggingConfiguration, Name, Id } = request.parameters;
  const given =
    ResourceARN ?? ResourceArn ?? (LoggingConfiguration as { ResourceArn?: string } | undefined)?.ResourceArn;
  if (typeof given === 'string') {
    // Requests about a stage are about its web ACL too, except the one that removes the association.
    const acl = WebACLArn ?? webAcls.get(given);
    return [given, ...(acl === undefined || request.operation === 'DisassociateWebACL' ? [] : [String(acl)])];
  }
  const own = nameArn(request, 'wafv2', `regional/webacl/${Name ?? readText(request, 'Name')}/${Id ?? '0'}`);
  const groups = [
    ...JSON.stringify(request.parameters.Rules ?? []).matchAll(
      /"ManagedRuleGroupStatement":\{[^}]*?"Name":"([^"]+)"/g,
    ),
  ];
  return [
    own,
    ...groups.map(([, group]) => `arn:aws:wafv2:${request.region}:aws:regional/managedruleset/${group}/0`),
  ];
}
