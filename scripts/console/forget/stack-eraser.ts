// Forgets one session for the page with the functions of `npx sonotheia forget`: the same search, order, checks and receipt.
import { Problem } from '../../../generator/command-line/problem.ts';
import { escapeAll } from '../../../generator/text/visible-text.ts';
import { completeReceipt, eraseAll } from '../../forget/erase-all.ts';
import { openReceipt } from '../../forget/open-stacks.ts';
import {
  countTraces,
  describeOutliving,
  isEmpty,
  makePlan,
  type OpenStack,
  type Plan,
  type Planning,
  REASONS,
  type Reason,
} from '../../forget/plan.ts';
import { KIND_NAMES, type Receipt } from '../../forget/receipt.ts';
import { type Subject, toSubject } from '../../forget/subjects.ts';
import type { Caller } from '../../operator/aws-access.ts';
import type { Stack } from '../../operator/open-spec.ts';
import type { Operation } from '../../operator/operation.ts';
import type { SessionEraser } from '../source.ts';
import type { ForgetPlan, ForgetReport, ForgetRequest } from '../source-data.ts';

export interface StackEraserOptions {
  /** `signal` ends with the command; `workingDir` gets the receipts. */
  readonly operation: Pick<Operation, 'aws' | 'signal' | 'terminal' | 'workingDir'>;
  readonly environment: Stack['environment'];
  /** Checks whose they are. */
  readonly open: (signal: AbortSignal) => Promise<{
    readonly caller: Caller;
    readonly stacks: readonly OpenStack[];
  }>;
  /** By default the machine's time. */
  readonly nowMs?: () => number;
  /** Waits for running deliveries to end. */
  readonly settle: () => Promise<void>;
}

interface Look {
  readonly subject: Subject;
  readonly planning: Planning;
  readonly plan: Plan;
  readonly receipt: Receipt;
}

const PROTECTED = {
  name: 'protected',
  what: 'everything',
  reason: 'the environment is protected (`protected: true`)',
} as const;

export class StackEraser implements SessionEraser {
  readonly #options: StackEraserOptions;
  #isRunning = false;

  constructor(options: StackEraserOptions) {
    this.#options = options;
  }

  async forgetPlan(request: ForgetRequest, signal: AbortSignal): Promise<ForgetPlan> {
    const look = await this.#look(request, signal);
    const { plan, planning, receipt } = look;
    const forgottenAt = receipt.text.verified_at;
    return {
      goes: countTraces(plan.traces),
      stays: this.#listStays(look),
      unseen: listUnseen(plan),
      outOfReach: describeOutliving(planning.stacks),
      confirmWith: escapeAll(request.sessionId),
      canForget: this.#canForget(look),
      ...(forgottenAt === null ? {} : { forgottenAt }),
    };
  }

  async forget(request: ForgetRequest): Promise<ForgetReport> {
    if (this.#isRunning)
      throw new Problem({ what: 'A session is being forgotten already.', fix: 'wait for its end' });
    this.#isRunning = true;
    try {
      const { operation, settle } = this.#options;
      const look = await this.#look(request, operation.signal);
      if (!this.#canForget(look)) throw new Problem({ what: 'Nothing can be forgotten. Look again.' });
      const { receipt } = look;
      const plan = await eraseAll(operation, { ...look, settle, onMore: () => undefined });
      const isVerified = completeReceipt(plan, receipt);
      return {
        erased: KIND_NAMES.map((what) => ({ what, count: receipt.count(what) })),
        stays: this.#listStays({ ...look, plan }),
        unseen: listUnseen(plan),
        isVerified,
        receipt: receipt.path,
      };
    } finally {
      this.#isRunning = false;
    }
  }

  async #look({ sessionId, although }: ForgetRequest, signal: AbortSignal): Promise<Look> {
    const { operation, environment, open, nowMs } = this.#options;
    const subject = toSubject('session', sessionId);
    const { caller, stacks } = await open(signal);
    const subjects = [subject];
    const receipt = openReceipt(operation, { environment, caller, subjects });
    const overruled = new Set(although.map(toReason));
    const { knownUploads } = receipt;
    const planning = { stacks, subjects, overruled, knownUploads, ...(nowMs && { nowMs }) };
    const plan = await makePlan({ ...operation, signal }, planning);
    return { subject, planning, plan, receipt };
  }

  #isProtected({ planning }: Look): boolean {
    return this.#options.environment.protected && !planning.overruled.has('protected');
  }

  #canForget(look: Look): boolean {
    return !this.#isProtected(look) && (!look.plan.traces.every(isEmpty) || look.receipt.isBegun);
  }

  #listStays(look: Look): ForgetPlan['stays'] {
    const stays = look.plan.kept.map(({ name, detail, reason }) => ({ name, what: detail, reason }));
    return this.#isProtected(look) ? [PROTECTED, ...stays] : stays;
  }
}

function toReason(text: string): Reason {
  const reason = REASONS.find((each) => each === text);
  if (reason === undefined) throw new Problem({ what: `${text} is no reason to keep something.` });
  return reason;
}

function listUnseen({ traces }: Plan): string[] {
  return traces.flatMap(({ unseen }) => unseen.map(({ text }) => text));
}
