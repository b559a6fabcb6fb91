import type { Resource, StackState } from './stack-state.ts';

export interface Check {
  readonly id: string;
  readonly asks: string;
  /** The resources that do not have what the id asks for. */
  readonly findFailures: (stack: StackState) => readonly Resource[];
}
