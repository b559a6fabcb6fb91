import type { LocalState } from './local-state.ts';
import type { StackRecord } from './stack-record.ts';

/** How a generation goes on from the last one. */
export interface Continuation {
  readonly previous: StackRecord;
  /** The Terraform states in the output folder. */
  readonly states: readonly LocalState[];
  /** Retiring regions in which nothing is deployed any more. */
  readonly dropRegions: readonly string[];
  /** Data may be destroyed, except that of protected environments. */
  readonly allowReplace: boolean;
  /** Nothing is deployed, whatever the record says. */
  readonly isFresh: boolean;
  /** Whether the tree is only compared: then it must be the one that every other machine makes. */
  readonly isCheck: boolean;
  /** The output folder as its user wrote it; the commands in hints name it. */
  readonly outDir: string;
}
