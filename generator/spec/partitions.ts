// Partitions of AWS. Each has its own accounts, credentials and ARNs; nothing in one can be used from another.

/** Those of the schema's regions and of its patterns of ARNs. */
export const PARTITIONS: readonly string[] = ['aws', 'aws-cn', 'aws-us-gov'];

/** The partition of a region: China and GovCloud have their own. A refused spec may hold something else than text. */
export function findPartition(region: string): string {
  const [start] = /^(?:cn-|us-gov-)/.exec(String(region)) ?? [];
  if (start === undefined) return 'aws';
  return start === 'cn-' ? 'aws-cn' : 'aws-us-gov';
}

/** The parts of an ARN that say where it is. */
export interface ArnPlace {
  readonly partition: string;
  /** Empty where the ARN has none; `aws` for policies that AWS manages. */
  readonly account: string;
}

/** Undefined for a text that is no ARN. */
export function readArn(text: string): ArnPlace | undefined {
  const [prefix, partition, , , account, ...resource] = text.split(':');
  if (prefix !== 'arn' || partition === undefined || account === undefined || resource.length === 0)
    return undefined;
  return { partition, account };
}
