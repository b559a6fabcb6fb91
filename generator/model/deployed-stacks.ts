// Lists the stacks of a resolved spec with their names and costs. Pure.
import { estimateCost } from '../cost/estimate-cost.ts';
import { PRICE_LIST } from '../cost/price-list.ts';
import { ACCOUNT_ID_PLACEHOLDER } from '../lifecycle/stack-record.ts';
import { ACCOUNT_ID_EXAMPLE, nameStack, type StackNames } from '../spec/naming.ts';
import type { ResolvedEnvironment, ResolvedRegion, ResolvedSpec } from '../spec/resolve.ts';
import type { DeployedEnvironment, DeployedStack, StackModel } from './stack-model.ts';

/** Lists environments and regions in the spec's order, the primary region first. */
export function describeDeployment(spec: ResolvedSpec): Pick<StackModel, 'environments' | 'priceDates'> {
  const report = estimateCost(spec, PRICE_LIST);
  const environments = spec.environments.map((environment, index): DeployedEnvironment => {
    const costs = report.environments[index]?.regions ?? [];
    const [primary, ...others] = environment.regions;
    const describe = (region: ResolvedRegion): DeployedStack => ({
      region: region.name,
      names: hideExample(nameStack(environment, region), environment, region),
      settings: region.settings,
      monthlyUsd: costs.find(({ name }) => name === region.name)?.totalUsd ?? Number.NaN,
    });
    return {
      name: environment.name,
      protected: environment.protected,
      stacks: [describe(primary), ...others.map(describe)],
    };
  });
  return { environments, priceDates: report.priceDates };
}

/** Replaces the example account id in a bucket name if the account is unknown. */
function hideExample(
  names: StackNames,
  { accountId }: ResolvedEnvironment,
  { settings }: ResolvedRegion,
): StackNames {
  if (settings.s3.bucket_suffix !== 'account-id' || accountId !== null) return names;
  const hide = (name: string): string => name.replace(ACCOUNT_ID_EXAMPLE, ACCOUNT_ID_PLACEHOLDER);
  return { ...names, bucket: hide(names.bucket), accessLogBucket: hide(names.accessLogBucket) };
}
