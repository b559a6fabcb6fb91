// Forgets sessions of a deployed environment, in all of its regions, with the operator's own credentials.
import { setTimeout as sleep } from 'node:timers/promises';
import { longestDelivery } from '../../forget/erase-all.ts';
import { openStacks } from '../../forget/open-stacks.ts';
import type { Stack } from '../../operator/open-spec.ts';
import type { Operation } from '../../operator/operation.ts';
import { StackEraser } from './stack-eraser.ts';

export function createDeployedEraser(operation: Operation, environment: Stack['environment']): StackEraser {
  const { aws, signal } = operation;
  return new StackEraser({
    operation,
    environment,
    open: async (lookSignal) => {
      const caller = await aws.checkAccount(environment);
      return { caller, stacks: await openStacks({ ...operation, signal: lookSignal }, environment, caller) };
    },
    settle: () => sleep(longestDelivery(environment) * 1_000, undefined, { signal }),
  });
}
