// Forgets sessions of the local system, through its own address of AWS.
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../../../generator/command-line/command.ts';
import { longestDelivery } from '../../forget/erase-all.ts';
import { findQueues } from '../../forget/messages.ts';
import { ACCOUNT_ID } from '../../local/engine/local-stack.ts';
import type { LocalSystem } from '../../local/engine/local-system.ts';
import { AwsAccess, type Caller } from '../../operator/aws-access.ts';
import type { Stack } from '../../operator/open-spec.ts';
import type { SessionEraser } from '../source.ts';
import { StackEraser } from './stack-eraser.ts';

const CALLER: Caller = {
  accountId: ACCOUNT_ID,
  arn: `arn:aws:iam::${ACCOUNT_ID}:user/local`,
  partition: 'aws',
};
const LOOK_EVERY_MS = 50;

/** Whatever the credentials and variables of this machine. */
class LocalAccess extends AwsAccess {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    super();
    this.#endpoint = endpoint;
  }

  protected override settingsFor(region: string) {
    const credentials = { accessKeyId: 'local-page', secretAccessKey: 'local' };
    return { region, forcePathStyle: true, endpoint: this.#endpoint, credentials };
  }

  override async findCaller(): Promise<Caller> {
    return CALLER;
  }
}

export interface LocalEraserOptions {
  readonly system: LocalSystem;
  readonly environment: Stack['environment'];
  readonly region: Stack['region'];
  /** Gets the receipts. */
  readonly folder: string;
  readonly context: Pick<CommandContext, 'signal' | 'terminal'>;
}

export interface LocalEraser extends SessionEraser {
  close(): void;
}

export function createLocalEraser(options: LocalEraserOptions): LocalEraser {
  const { system, environment, region, folder, context } = options;
  const { signal, terminal } = context;
  const aws = new LocalAccess(system.urls.aws);
  const stack: Stack = { environment, region, names: system.stack.names };
  const eraser = new StackEraser({
    operation: { aws, signal, terminal, workingDir: folder },
    environment,
    // All of it belongs to this process.
    open: async (lookSignal) => ({
      caller: CALLER,
      stacks: [{ stack, queues: await findQueues(aws, stack, lookSignal) }],
    }),
    nowMs: () => system.state.clock.nowMs(),
    settle: () => waitForFunctions(system, longestDelivery(environment) * 1_000, signal),
  });
  return {
    forgetPlan: (request, lookSignal) => eraser.forgetPlan(request, lookSignal),
    forget: (request) => eraser.forget(request),
    close: () => aws.close(),
  };
}

/** Until no function runs, or each that ran must have ended. */
async function waitForFunctions(
  { functions }: LocalSystem,
  mostMs: number,
  signal: AbortSignal,
): Promise<void> {
  const isRunning = (): boolean => Object.values(functions).some(({ running }) => running > 0);
  const endsAt = performance.now() + mostMs;
  while (isRunning() && performance.now() < endsAt) await sleep(LOOK_EVERY_MS, undefined, { signal });
}
