// The plan of a new stack has no ARNs, so its policies are unknown. This builds a state from such a plan in which every
// resource exists with an invented ARN and id, so that the next plan knows every policy.
import { ACCOUNT_ID } from './fake-aws.ts';
import {
  isPolicyAttribute,
  listResources,
  type PlacedResource,
  type PlanJson,
  type Values,
} from './plan-json.ts';

const PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]';
const EMPTY_POLICY = '{"Version":"2012-10-17","Statement":[]}';

/** The text of a `.tfstate`. */
export function makeUpState(plan: PlanJson): string {
  const unknowns = new Map(
    plan.resource_changes.map(({ address, change }) => [address, change.after_unknown]),
  );
  const resources = listResources(plan).map((resource) => {
    const unknown = unknowns.get(resource.address);
    const attributes = fillIn(resource, typeof unknown === 'object' ? unknown : {});
    const { module, mode, type, name, index, schema_version } = resource;
    return {
      ...(module === undefined ? {} : { module }),
      ...{ mode, type, name, provider: nameProvider(module) },
      instances: [{ schema_version, attributes, ...(index === undefined ? {} : { index_key: index }) }],
    };
  });
  return JSON.stringify({
    version: 4,
    terraform_version: '1.11.0',
    serial: 1,
    lineage: '00000000-0000-4000-8000-000000000000',
    outputs: {},
    resources: mergeInstances(resources),
  });
}

type StateResource = { instances: unknown[]; module?: string; type: string; name: string };

/** A state lists the instances of one resource together. */
function mergeInstances<T extends StateResource>(resources: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const resource of resources) {
    const name = [resource.module, resource.type, resource.name].join('.');
    const known = byName.get(name);
    byName.set(name, known ? { ...known, instances: [...known.instances, ...resource.instances] } : resource);
  }
  return [...byName.values()];
}

/** The provider of a region has the region's name, as has its module. */
function nameProvider(module: string | undefined): string {
  const region = /^module\.(\w+)/.exec(module ?? '')?.[1];
  return region === undefined ? PROVIDER : `${PROVIDER}.${region}`;
}

function fillIn(resource: PlacedResource, unknown: Values): Values {
  const madeUp = Object.entries(unknown)
    .filter(([, isUnknown]) => isUnknown === true)
    .map(([name]) => [name, makeUp(resource, name)] as const);
  return { ...resource.values, ...Object.fromEntries(madeUp) };
}

/** Other attributes can be null, which every type accepts. */
function makeUp({ type, address, values }: PlacedResource, name: string): string | readonly string[] | null {
  if (name === 'id') return String(values.bucket ?? values.name ?? values.function_name ?? address);
  if (name === 'arn' && type === 'aws_s3_bucket') return `arn:aws:s3:::${String(values.bucket)}`;
  if (name === 'arn' || name.endsWith('_arn')) return makeUpArn(type, address, name);
  if (name === 'url' || name.endsWith('_url')) return 'https://made-up.example';
  // Null would be unknown again in the next plan, and with it whatever depends on the resource.
  if (['binary_media_types', 'managed_policy_arns'].includes(name)) return [];
  if (name === 'regional_domain_name') return 'made-up.example';
  if (['key_id', 'root_resource_id', 'regional_zone_id'].includes(name)) return `made-up-${name}`;
  if (isPolicyAttribute(name)) return EMPTY_POLICY;
  return null;
}

/** Ends with the name of its resource. */
function makeUpArn(type: string, address: string, name: string): string {
  const service = /^aws_([a-z0-9]+)/.exec(type)?.[1] ?? 'aws';
  const region = /module\.([a-z0-9_]+)/.exec(address)?.[1]?.replaceAll('_', '-') ?? 'us-east-1';
  const attribute = name === 'arn' ? '' : `/${name}`;
  return `arn:aws:${service}:${service === 'iam' ? '' : region}:${ACCOUNT_ID}:${address}${attribute}`;
}
