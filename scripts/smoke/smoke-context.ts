import type { StackOutputs } from '../operator/deployment.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';

export interface SmokeOptions {
  readonly stack: Stack;
  readonly outputs: StackOutputs;
  /** Replaces the stage's own URL. */
  readonly apiUrl: string | undefined;
  readonly timeoutMs: number;
}

export type SmokeOperation = Operation<{ readonly 'skip-audio': boolean }>;

/** The context of a stack's checks. */
export interface SmokeContext extends SmokeOptions, SmokeOperation {
  /** Id of the session to which this run's event and recording belong. */
  readonly sessionId: string;
}
