// Receives the last generation's record and the new spec, promises located diagnostics for what the change would
// destroy or orphan: errors where data would go, warnings with the commands where it may. Pure.
import type { Diagnostic } from '../diagnostics.ts';
import type { LoadedSpec } from '../spec/load.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import type { Continuation } from './change.ts';
import { checkEnvironments } from './check-environments.ts';
import { checkNames } from './check-names.ts';
import { checkRegions } from './check-regions.ts';
import { NO_RECORD } from './stack-record.ts';

export const FIRST_GENERATION: Continuation = {
  previous: NO_RECORD,
  dropRegions: [],
  allowReplace: false,
  outDir: 'out',
};

/** Compares two generations. Only for a spec without problems: a refused region would look like a removed one. */
export function checkLifecycle(
  continuation: Continuation,
  resolved: ResolvedSpec,
  spec: LoadedSpec,
): Diagnostic[] {
  const change = { ...continuation, resolved, spec };
  return [...checkNames(change), ...checkRegions(change), ...checkEnvironments(change)];
}
