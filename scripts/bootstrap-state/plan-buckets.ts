// Receives a resolved spec, promises the buckets that its environments need, each once. Pure.

import { Problem } from '../../generator/command-line/problem.ts';
import { describeState } from '../../generator/model/backend.ts';
import type { StateModel } from '../../generator/model/stack-model.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';

/** A bucket for the state. Environments that share it use the key and account of the first one. */
export interface StateBucket extends Pick<StateModel, 'bucket' | 'region' | 'kmsKeyArn' | 'accountId'> {
  readonly environments: readonly string[];
}

/** Lists the buckets of these environments; throws a `Problem` if the spec has none. */
export function planBuckets(
  spec: ResolvedSpec,
  environments: readonly ResolvedEnvironment[],
): readonly StateBucket[] {
  if (spec.backend === 'local') {
    throw new Problem({
      what: 'The state is local: there is no bucket to make.',
      fix: 'set `terraform: { backend: s3, state: { bucket: … } }` in the spec first',
    });
  }
  const buckets = new Map<string, StateBucket>();
  const wanted = new Set<string>();
  for (const environment of spec.environments) {
    const state = describeState(environment);
    const { bucket } = state;
    const before = buckets.get(bucket)?.environments ?? [];
    buckets.set(bucket, { ...state, ...buckets.get(bucket), environments: [...before, state.environment] });
    if (environments.includes(environment)) wanted.add(bucket);
  }
  return [...buckets.values()].filter(({ bucket }) => wanted.has(bucket));
}
