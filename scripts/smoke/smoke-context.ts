import type { StackOutputs } from '../operator/deployment.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';

export interface SmokeOptions {
  readonly stack: Stack;
  readonly outputs: StackOutputs;
  /** Instead of the stage's own URL. */
  readonly apiUrl: string | undefined;
  readonly timeoutMs: number;
}

export type SmokeOperation = Operation<{ readonly 'skip-audio': boolean }>;

/** What every check of a stack receives. */
export interface SmokeContext extends SmokeOptions, SmokeOperation {
  /** Of the session that everything here belongs to. */
  readonly sessionId: string;
}
