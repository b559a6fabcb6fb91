// Receives a plan, promises the resources that it destroys, with their ids from the state. Pure. Commands empty or delete
// only these, since a name proves no ownership.
import type { SavedPlan } from './plan-file.ts';

export interface Destroyed {
  readonly address: string;
  readonly type: string;
  readonly region: string;
  /** AWS's identifier: the name of a bucket, table or role, the id of an API. */
  readonly id: string;
  /** Its attributes, as refreshed by the plan. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Types whose Terraform id is a URL or an ARN; AWS is asked by name. */
const NAMED = ['aws_sqs_queue', 'aws_sns_topic', 'aws_secretsmanager_secret'];

/** Lists the resources that the plan deletes or replaces. */
export function listDestroyed({ changes }: SavedPlan): Destroyed[] {
  return changes.flatMap(({ address, type, action, before }) => {
    if (action !== 'delete' && action !== 'replace') return [];
    const id = readText(before, NAMED.includes(type) ? 'name' : 'id');
    return [
      { address, type, region: findRegion(address) ?? readText(before, 'region'), id, attributes: before },
    ];
  });
}

/** Reads the region from a module's name in the generated tree. */
function findRegion(address: string): string | undefined {
  return /^module\.([a-z0-9_]+)\[0\]\./.exec(address)?.[1]?.replaceAll('_', '-');
}

/** Returns the attribute if it is text, else an empty text. */
export function readText(attributes: Readonly<Record<string, unknown>>, name: string): string {
  const value = attributes[name];
  return typeof value === 'string' ? value : '';
}
