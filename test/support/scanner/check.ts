import type { Resource, StackState, Values } from './stack-state.ts';

export interface Check {
  readonly id: string;
  readonly asks: string;
  /** The resources that do not have what the id asks for. */
  readonly findFailures: (stack: StackState) => readonly Resource[];
}

/** Whether a resource with these values has what a check asks for. */
export type Has = (values: Values, stack: StackState) => boolean;

/** Asks each resource of a type. */
export function forEach(type: string, id: string, asks: string, has: Has): Check {
  return { id, asks, findFailures: (stack) => stack.of(type).filter(({ values }) => !has(values, stack)) };
}
