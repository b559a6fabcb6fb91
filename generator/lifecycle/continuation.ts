import type { LocalState } from './local-state.ts';
import type { StackRecord } from './stack-record.ts';

/** Everything that a generation takes from the last one and from its options. */
export interface Continuation {
  readonly previous: StackRecord;
  /** The Terraform states in the output folder. */
  readonly states: readonly LocalState[];
  /** Retiring regions to drop, because they hold no stacks. */
  readonly dropRegions: readonly string[];
  /** --allow-replace: data may be destroyed, except in protected environments. */
  readonly allowReplace: boolean;
  /** --fresh: treats every environment as not deployed. */
  readonly isFresh: boolean;
  /** --check: the tree is only compared, so it must not depend on this machine. */
  readonly isCheck: boolean;
  /** The output folder as the user wrote it, for commands in hints. */
  readonly outDir: string;
}
