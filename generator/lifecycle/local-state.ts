// Receives the bytes of a Terraform state, promises what it holds, as far as the checks between two generations ask for
// it. Pure.
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

/** The state of one environment, beside the HCL. */
export interface LocalState {
  readonly environment: string;
  /** As its user would write it. */
  readonly file: string;
  /** Undefined: there is a state, and it cannot be read. */
  readonly resources: readonly HeldResource[] | undefined;
}

/** Undefined for what is no state, or one that is encrypted. Throws nothing. */
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

/** The environment that the resources' tags name, if any does. */
export function findTaggedEnvironment(resources: readonly HeldResource[]): string | undefined {
  for (const { attributes } of resources) {
    const tags = attributes.tags_all;
    if (isObject(tags) && typeof tags.Environment === 'string') return tags.Environment;
  }
  return undefined;
}

/** Whether something is deployed, as far as this state says; what cannot be read counts. */
export function holdsResources({ resources }: LocalState): boolean {
  return resources === undefined || resources.length > 0;
}

/** The region's resources in a state. */
export function selectRegion(resources: readonly HeldResource[], region: string): HeldResource[] {
  return resources.filter(({ moduleLabel }) => moduleLabel === region.replaceAll('-', '_'));
}
