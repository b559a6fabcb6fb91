// The lowest AWS provider that knows everything a spec asks for.
import { RUNTIMES, type Runtime } from './runtimes.ts';

/** 5.88 added write-only secrets. */
const OLDEST_PROVIDER = '5.88';

/** The data source that lists all tables. */
const PROVISIONED_CAPACITY = '5.100';

/**
 * Regions that 5.88 refuses (`invalid AWS Region`), with a provider that knows them. 5.99 refuses ap-east-2
 * (hashicorp/terraform-provider-aws#42888), 5.100 accepts it. ap-southeast-6 came after 5.100; the change log of 6.14 names
 * it. A test compares the schema's regions with those of 5.88.
 */
export const NEWER_REGIONS: Readonly<Record<string, string>> = {
  'ap-east-2': '5.100',
  'ap-southeast-6': '6.14',
};

/** `5.100`, for a tree with this runtime, these regions and, if asked, provisioned capacity. */
export function findOldestProvider(
  runtime: Runtime,
  regions: readonly string[],
  isProvisioned: boolean,
): string {
  const needed = [
    OLDEST_PROVIDER,
    RUNTIMES[runtime].provider,
    ...regions.flatMap((region) => NEWER_REGIONS[region] ?? []),
    ...(isProvisioned ? [PROVISIONED_CAPACITY] : []),
  ];
  return needed.reduce((oldest, version) => (rank(version) > rank(oldest) ? version : oldest));
}

/** Orders `5.88` before `5.100`. */
function rank(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor;
}
