// Compares the last generation's record with the new spec and returns located diagnostics for every stack or resource
// that the change would destroy or orphan: an error for lost data, a warning with the commands for an allowed loss.
// Pure.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { LoadedSpec } from '../spec/load.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { type Change, listKept } from './change.ts';
import { checkCopies } from './check-copies.ts';
import { checkEnvironments } from './check-environments.ts';
import { checkNames } from './check-names.ts';
import { checkRegions } from './check-regions.ts';
import { checkRoles } from './check-roles.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkSettings } from './check-settings.ts';
import { checkUsers } from './check-users.ts';
import type { Continuation } from './continuation.ts';
import { checkFresh, listUndeployed, noteUnguarded, recallForGuards } from './deployments.ts';
import { NO_RECORD } from './stack-record.ts';

export const FIRST_GENERATION: Continuation = {
  previous: NO_RECORD,
  states: [],
  dropRegions: [],
  allowReplace: false,
  isFresh: false,
  isCheck: false,
  outDir: 'out',
};

/** Compares two generations. Needs a spec without problems: a refused region would look like a removed one. */
export function checkLifecycle(
  continuation: Continuation,
  resolved: ResolvedSpec,
  spec: LoadedSpec,
): Diagnostic[] {
  const change = { ...continuation, previous: recallForGuards(continuation), resolved, spec };
  const found = compareGenerations(change);
  const undeployed = listUndeployed(continuation);
  // Runs the same checks as if everything were deployed, to find the losses that no guard covers (SONO611).
  const isUnguarded =
    !continuation.isFresh &&
    undeployed.length > 0 &&
    compareGenerations({ ...change, previous: continuation.previous }).length > found.length;
  return [
    ...checkFresh(continuation, resolved),
    ...found,
    ...(isUnguarded ? [noteUnguarded(undeployed)] : []),
  ];
}

function compareGenerations(change: Change): Diagnostic[] {
  return [
    ...checkNames(change),
    ...listKept(change).flatMap((kept) => [
      ...checkSecrets(change, kept),
      ...checkSettings(change, kept),
      ...checkUsers(change, kept),
      ...checkRoles(change, kept),
      ...checkCopies(change, kept),
    ]),
    ...checkRegions(change),
    ...checkEnvironments(change),
  ];
}
