// The policies of a plan, statement by statement.
import { isPolicyAttribute, type PlacedResource } from './plan-json.ts';

export interface Statement {
  /** `<type>.<name> <sid>`, the same in every region and environment. */
  readonly title: string;
  readonly resource: PlacedResource;
  /** Of the attribute: `assume_role_policy` says who may take a role. */
  readonly attribute: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly principal: unknown;
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface PolicyJson {
  readonly Statement: OneOrMany<{
    readonly Sid?: string;
    readonly Effect: string;
    readonly Action?: OneOrMany<string>;
    readonly NotAction?: unknown;
    readonly Resource?: OneOrMany<string>;
    readonly NotResource?: unknown;
    readonly Principal?: unknown;
    readonly Condition?: Statement['condition'];
  }>;
}

type OneOrMany<T> = T | readonly T[];

function asList<T>(value: OneOrMany<T> | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}

/** Throws on unsupported elements: `NotAction` and `NotResource`. */
export function listStatements(resources: readonly PlacedResource[]): readonly Statement[] {
  return resources.flatMap((resource) =>
    Object.entries(resource.values)
      .filter(([name, value]) => isPolicyAttribute(name) && typeof value === 'string' && value !== '')
      .flatMap(([attribute, value]) => readPolicy(resource, attribute, JSON.parse(value as string))),
  );
}

function readPolicy(resource: PlacedResource, attribute: string, policy: PolicyJson): Statement[] {
  return asList(policy.Statement).map((statement) => {
    if ('NotAction' in statement || 'NotResource' in statement)
      throw new Error(`${resource.address}: says what it does not mean`);
    return {
      title: `${resource.type}.${resource.name} ${statement.Sid ?? ''}`,
      resource,
      attribute,
      effect: statement.Effect,
      actions: asList(statement.Action),
      resources: asList(statement.Resource),
      principal: statement.Principal,
      condition: statement.Condition ?? {},
    };
  });
}

/** The values of a condition key under any operator, in lower case as IAM compares it. */
export function conditionValues({ condition }: Statement, key: string): readonly string[] {
  return Object.values(condition).flatMap((tests) =>
    Object.entries(tests)
      .filter(([name]) => name.toLowerCase() === key.toLowerCase())
      .flatMap(([, values]) => asList(values as OneOrMany<string>)),
  );
}

/** The service that a statement allows, such as `s3.amazonaws.com`. */
export function serviceOf({ principal }: Statement): string | undefined {
  const service = (principal as { Service?: unknown } | undefined)?.Service;
  return typeof service === 'string' ? service : undefined;
}
