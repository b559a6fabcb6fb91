// Reads from the bytes of a Terraform state the resources that the checks between two generations need. Pure.
import { isObject, type JsonObject, type JsonValue } from '../spec/json.ts';

/** One instance of a managed resource. */
export interface HeldResource {
  /** As `terraform state list` prints it, without the instance's key. */
  readonly address: string;
  /** `us_east_1` of `module.us_east_1[0]`; empty in the root. */
  readonly moduleLabel: string;
  readonly type: string;
  readonly name: string;
  readonly attributes: JsonObject;
}

/** The local state of one environment. */
export interface LocalState {
  readonly environment: string;
  /** Path as the user would write it. */
  readonly file: string;
  /** Undefined for an unreadable state. */
  readonly resources: readonly HeldResource[] | undefined;
}

/** The managed resources of a state; undefined for an encrypted or invalid one. Never throws. */
export function parseState(contents: Uint8Array): readonly HeldResource[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(contents));
  } catch {
    return undefined;
  }
  if (!isObject(value) || !Array.isArray(value.resources)) return undefined;
  return value.resources.flatMap(readResource);
}

function readResource(resource: JsonValue): HeldResource[] {
  if (!isObject(resource) || resource.mode !== 'managed' || !Array.isArray(resource.instances)) return [];
  const { module = '', type, name } = resource;
  const path = `${String(type)}.${String(name)}`;
  return resource.instances.map((instance) => ({
    address: module === '' ? path : `${String(module)}.${path}`,
    moduleLabel: /^module\.(\w+)/.exec(String(module))?.[1] ?? '',
    type: String(type),
    name: String(name),
    attributes: isObject(instance) && isObject(instance.attributes) ? instance.attributes : {},
  }));
}

/** The environment in the resources' tags, if they have one. */
export function findTaggedEnvironment(resources: readonly HeldResource[]): string | undefined {
  for (const { attributes } of resources) {
    const tags = attributes.tags_all;
    if (isObject(tags) && typeof tags.Environment === 'string') return tags.Environment;
  }
  return undefined;
}

/** Whether the state holds resources; true for an unreadable state. */
export function holdsResources({ resources }: LocalState): boolean {
  return resources === undefined || resources.length > 0;
}

/** The region's resources in a state. */
export function selectRegion(resources: readonly HeldResource[], region: string): HeldResource[] {
  return resources.filter(({ moduleLabel }) => moduleLabel === region.replaceAll('-', '_'));
}
