// Receives a plan, promises what it destroys, by the id that the state has for it. Pure. Nothing else may be emptied or
// deleted: a name proves no ownership.
import type { SavedPlan } from './plan-file.ts';

export interface Destroyed {
  readonly address: string;
  readonly type: string;
  readonly region: string;
  /** What AWS calls it: a bucket's, a table's, a role's name, an API's id. */
  readonly id: string;
  /** Its attributes, as the plan has just read them. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Where Terraform's id is a URL or an ARN, which holds the name. */
const NAMED = ['aws_sqs_queue', 'aws_sns_topic', 'aws_secretsmanager_secret'];

/** What the plan deletes, or deletes and makes again. */
export function listDestroyed({ changes }: SavedPlan): Destroyed[] {
  return changes.flatMap(({ address, type, action, before }) => {
    if (action !== 'delete' && action !== 'replace') return [];
    const id = readText(before, NAMED.includes(type) ? 'name' : 'id');
    return [
      { address, type, region: findRegion(address) ?? readText(before, 'region'), id, attributes: before },
    ];
  });
}

/** A module of the generated tree is called after its region. */
function findRegion(address: string): string | undefined {
  return /^module\.([a-z0-9_]+)\[0\]\./.exec(address)?.[1]?.replaceAll('_', '-');
}

/** An attribute's text; empty where it has none. */
export function readText(attributes: Readonly<Record<string, unknown>>, name: string): string {
  const value = attributes[name];
  return typeof value === 'string' ? value : '';
}
