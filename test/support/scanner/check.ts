import type { Resource, StackState, Values } from './stack-state.ts';

export interface Check {
  readonly id: string;
  readonly asks: string;
  /** The resources that do not meet the id's requirement. */
  readonly findFailures: (stack: StackState) => readonly Resource[];
}

/** Whether a resource with these values meets a check's requirement. */
export type Has = (values: Values, stack: StackState) => boolean;

/** Asks each resource of a type. */
export function forEach(type: string, id: string, asks: string, has: Has): Check {
  return { id, asks, findFailures: (stack) => stack.of(type).filter(({ values }) => !has(values, stack)) };
}
