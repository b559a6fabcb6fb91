// Opens what an erasure works on: the stacks of all regions, checked to be the environment's own, and the receipt.
import { Problem } from '../../generator/command-line/problem.ts';
import type { ResolvedEnvironment } from '../../generator/spec/resolve.ts';
import type { Caller } from '../operator/aws-access.ts';
import { selectStacks } from '../operator/open-spec.ts';
import type { Operation } from '../operator/operation.ts';
import { chooseAccess, describeScan } from '../sessions/choose-access.ts';
import { checkOwnership } from './check-ownership.ts';
import { findQueues } from './messages.ts';
import type { OpenStack } from './plan.ts';
import { Receipt } from './receipt.ts';
import { digestAll, type Subject } from './subjects.ts';

/** Every region in which the environment is deployed; says how much the search reads. */
export async function openStacks(
  { aws, signal, terminal }: Pick<Operation, 'aws' | 'signal' | 'terminal'>,
  environment: ResolvedEnvironment,
  caller: Caller,
): Promise<OpenStack[]> {
  const open: OpenStack[] = [];
  const search = { types: [], labels: [], decisions: [] };
  for (const stack of selectStacks(environment, [], caller)) {
    const access = await chooseAccess(aws, stack, { search, isConsistent: true }, signal);
    if (access.kind === 'scan') {
      terminal.note(`The search ${describeScan(stack, access)}.`);
      const queues = await findQueues(aws, stack, signal);
      await checkOwnership(aws, { stack, accountId: caller.accountId, queues }, signal);
      open.push({ stack, queues });
    } else terminal.note(`${stack.region.name} has no table ${stack.names.table}.`);
  }
  if (open.length > 0) return open;
  throw new Problem({
    what: `${environment.name} is not deployed.`,
    fix: `npx sonotheia deploy --env ${environment.name}`,
  });
}

interface Opening {
  readonly environment: ResolvedEnvironment;
  readonly caller: Caller;
  readonly subjects: readonly Subject[];
}

export function openReceipt(
  { workingDir }: Pick<Operation, 'workingDir'>,
  { environment, caller, subjects }: Opening,
): Receipt {
  return Receipt.open(workingDir, digestAll([caller.accountId, environment.name], subjects), {
    format: 1,
    environment: environment.name,
    account_id: caller.accountId,
    subjects: subjects.map(({ kind, digest }) => ({ kind, digest })),
    runs: [{ started_at: new Date().toISOString(), by: caller.arn }],
    erased: {},
    uploads: [],
    kept: [],
    not_seen: [],
    verified_at: null,
  });
}
