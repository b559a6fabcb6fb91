// Receives a resolved spec and promises what is deployed where, by name. Pure.
import { ACCOUNT_ID_PLACEHOLDER } from '../lifecycle/stack-record.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../spec/resolve.ts';
import { ACCOUNT_ID_EXAMPLE, nameStack } from './naming.ts';
import type { DeployedEnvironment, DeployedStack } from './stack-model.ts';

/** Lists environments and regions in the spec's order, the primary region first. */
export function listDeployedEnvironments(spec: ResolvedSpec): DeployedEnvironment[] {
  return spec.environments.map((environment) => {
    const [primary, ...others] = environment.regions;
    const describe = (region: ResolvedRegion): DeployedStack => describeStack(environment, region);
    return {
      name: environment.name,
      protected: environment.protected,
      stacks: [describe(primary), ...others.map(describe)],
    };
  });
}

function describeStack(environment: ResolvedEnvironment, region: ResolvedRegion): DeployedStack {
  const names = nameStack(environment, region);
  const { settings } = region;
  const isUnknown = settings.s3.bucket_suffix === 'account-id' && environment.accountId === null;
  const hideExample = (name: string): string =>
    isUnknown ? name.replace(ACCOUNT_ID_EXAMPLE, ACCOUNT_ID_PLACEHOLDER) : name;
  return {
    region: region.name,
    names: {
      ...names,
      bucket: hideExample(names.bucket),
      accessLogBucket: hideExample(names.accessLogBucket),
    },
    settings,
  };
}
