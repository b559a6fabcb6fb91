// Receives a resolved spec and promises the buckets that its environments need, each once. Pure.
import { describeState } from '../../generator/model/backend.ts';
import type { StateModel } from '../../generator/model/stack-model.ts';
import type { ResolvedSpec } from '../../generator/spec/resolve.ts';

/** A bucket for the state. Where environments share it, key and account are the first one's. */
export interface StateBucket extends Pick<StateModel, 'bucket' | 'region' | 'kmsKeyArn' | 'accountId'> {
  readonly environments: readonly string[];
}

/** The buckets of the environments called `names`, or of all; a string tells why there are none. */
export function planBuckets(spec: ResolvedSpec, names: readonly string[]): readonly StateBucket[] | string {
  const known = spec.environments.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return `There is no environment ${unknown}; there are ${known.join(', ')}.`;
  if (spec.backend === 'local') {
    return 'The state is local: set `terraform: { backend: s3, state: { bucket: … } }` in the spec first.';
  }
  const buckets = new Map<string, StateBucket>();
  const wanted = new Set<string>();
  for (const environment of spec.environments) {
    const state = describeState(environment);
    const { bucket } = state;
    const before = buckets.get(bucket)?.environments ?? [];
    buckets.set(bucket, { ...state, ...buckets.get(bucket), environments: [...before, state.environment] });
    if (names.length === 0 || names.includes(state.environment)) wanted.add(bucket);
  }
  return [...buckets.values()].filter(({ bucket }) => wanted.has(bucket));
}
