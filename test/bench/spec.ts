// Specs of any size, for the measurements.

export const BENCH_REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-northeast-1',
  'ap-south-1',
  'ca-central-1',
  'eu-central-1',
  'sa-east-1',
] as const;

/** A spec with an environment for each list of regions: env0, env1, … */
export function describeBenchSpec(environments: readonly (readonly string[])[]): string {
  const lines = environments.map((regions, index) => `  env${index}: { regions: [${regions.join(', ')}] }\n`);
  return `project_name: bench\nenvironments:\n${lines.join('')}`;
}
