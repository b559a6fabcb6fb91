// A security reviewer's rules for policies. Each rule returns its findings as text.
import { EXPLAINED_WILDCARDS } from './explained-wildcards.ts';
import { ACCOUNT_ID } from './fake-aws.ts';
import type { PlacedResource } from './plan-json.ts';
import { conditionValues, listStatements, type Statement, serviceOf } from './policies.ts';

type Finding = string;

/** Titles of statements whose wildcards were met and explained. */
export function listExplained(resources: readonly PlacedResource[]): readonly string[] {
  return listStatements(resources)
    .filter((statement) => hasWildcard(statement))
    .map(({ title }) => title)
    .filter((title) => title in EXPLAINED_WILDCARDS);
}

export function checkPolicies(resources: readonly PlacedResource[]): readonly Finding[] {
  const statements = listStatements(resources);
  const trusts = statements.filter(({ attribute }) => attribute === 'assume_role_policy');
  const others = statements.filter(({ attribute }) => attribute !== 'assume_role_policy');
  return [
    ...others.filter(isUnexplained).map(({ title }) => `${title}: a wildcard that nobody explained`),
    ...others.filter(({ principal }) => principal !== undefined).flatMap(checkPrincipal),
    ...trusts.flatMap(checkTrust),
    ...resources.filter(({ type }) => type === 'aws_lambda_permission').flatMap(checkPermission),
    ...checkRoles(resources),
  ];
}

function isUnexplained(statement: Statement): boolean {
  return hasWildcard(statement) && !(statement.title in EXPLAINED_WILDCARDS);
}

/** A Deny may have any wildcard. In a key policy, `*` is the key itself. */
function hasWildcard({ effect, actions, resources, resource }: Statement): boolean {
  if (effect !== 'Allow') return false;
  const isKey = resource.type === 'aws_kms_key';
  const wide = resources.filter((arn) => !(isKey && arn === '*') && !isNamed(arn));
  return actions.some((action) => /[*?]/.test(action)) || wide.length > 0;
}

/**
 * Whether an ARN names one resource, or parts of one: streams of a log group, objects below a prefix, indexes of a
 * table, alarms of a stack, the six random characters of a secret; in any region.
 */
function isNamed(arn: string): boolean {
  const [, , service = '', region = '', account = '', ...rest] = arn.split(':');
  const within = service === 'cloudwatch' ? /-\*$/ : /(?:\/index\/\*|[:/]\*|\/\*\.tflock|-\?{6})$/;
  const name = rest.join(':').replace(within, '').replace(/:\*$/, '');
  // `table/name`, `log-group:name`; a bucket, queue or topic is its name alone.
  const hasName = ['s3', 'sns', 'sqs'].includes(service)
    ? name !== ''
    : /^(?:module\.|[^/:]+[/:].)/.test(name);
  const isExact = ![service, account, name].some((part) => /[*?]/.test(part));
  return hasName && isExact && (region === '*' || !/[*?]/.test(region));
}

/** A policy of a resource lets in this account, a service on behalf of one of our resources, or addresses. */
function checkPrincipal(statement: Statement): Finding[] {
  const { title, effect, actions, principal, resource } = statement;
  if (effect !== 'Allow') return [];
  if (JSON.stringify(principal) === JSON.stringify({ AWS: `arn:aws:iam::${ACCOUNT_ID}:root` })) return [];
  if (serviceOf(statement) !== undefined) return checkService(statement);
  // Without an address list the API is open to all addresses: its events are signed.
  const isListed = conditionValues(statement, 'aws:SourceIp').length > 0;
  if (resource.type === 'aws_api_gateway_rest_api_policy' && isListed) return [];
  // Others may subscribe to the results topic: a listed account, or those of an organization.
  const subscribes =
    actions.join() === 'sns:Subscribe' && conditionValues(statement, 'sns:Protocol').length > 0;
  const isKnown =
    conditionValues(statement, 'sns:Endpoint').length > 0 ||
    conditionValues(statement, 'aws:PrincipalOrgID').length > 0;
  if (subscribes && isKnown) return [];
  return [`${title}: lets in ${JSON.stringify(principal)}`];
}

function checkService(statement: Statement): Finding[] {
  // CloudWatch Logs says which log group it encrypts for instead.
  const groups = conditionValues(statement, 'kms:EncryptionContext:aws:logs:arn');
  if (groups.length > 0 && groups.every((arn) => arn.includes(`:${ACCOUNT_ID}:log-group:`))) return [];
  const accounts = conditionValues(statement, 'aws:SourceAccount');
  const arns = conditionValues(statement, 'aws:SourceArn');
  return [
    // SNS is not documented to send its account; the ARN of a topic has it.
    ...(accounts.join() === ACCOUNT_ID || isOfTopic(arns)
      ? []
      : [`${statement.title}: without its source account`]),
    ...(arns.length > 0 && arns.every((arn) => /^arn:aws:[a-z0-9]+:/.test(arn))
      ? []
      : [`${statement.title}: without its source ARN`]),
  ];
}

function isOfTopic(arns: readonly string[]): boolean {
  return (
    arns.length > 0 && arns.every((arn) => arn.startsWith('arn:aws:sns:') && arn.split(':')[4] === ACCOUNT_ID)
  );
}

/** One service of AWS, GitHub with the audience and the subjects of one repository, or accounts that may read. */
function checkTrust(statement: Statement): Finding[] {
  const { title, effect, actions, principal } = statement;
  const isService =
    actions.join() === 'sts:AssumeRole' &&
    ['lambda.amazonaws.com', 'apigateway.amazonaws.com'].includes(serviceOf(statement) ?? '') &&
    Object.keys(principal as object).length === 1;
  const issuer = 'token.actions.githubusercontent.com';
  const subjects = conditionValues(statement, `${issuer}:sub`);
  const isWorkflow =
    actions.join() === 'sts:AssumeRoleWithWebIdentity' &&
    conditionValues(statement, `${issuer}:aud`).join() === 'sts.amazonaws.com' &&
    subjects.length > 0 &&
    subjects.every((subject) => /^repo:[^*/]+\/[^*:]+:[^*]+$/.test(subject));
  const isReader =
    statement.resource.name === 'results_reader' &&
    actions.join() === 'sts:AssumeRole' &&
    Object.keys(principal as object).join() === 'AWS' &&
    [(principal as { AWS: string | string[] }).AWS]
      .flat()
      .every((account) => /^arn:aws:iam::\d{12}:root$/.test(account));
  return effect === 'Allow' && (isService || isWorkflow || isReader) ? [] : [`${title}: trusts too many`];
}

function checkPermission({ address, values }: PlacedResource): Finding[] {
  // The account is in the ARN: not every service sends it by itself.
  const { source_account, source_arn } = values;
  const isBound =
    !source_account && String(source_arn).split(':')[4] === ACCOUNT_ID && !/:\*$/.test(String(source_arn));
  return isBound ? [] : [`${address}: without the ARN of one source in this account`];
}

/** Each function has its own role. */
function checkRoles(resources: readonly PlacedResource[]): Finding[] {
  const functions = resources.filter(({ type }) => type === 'aws_lambda_function');
  const roles = new Set(functions.map(({ values }) => values.role));
  const isOwn = roles.size === functions.length && !roles.has(undefined) && !roles.has(null);
  return isOwn ? [] : ['functions share a role'];
}
