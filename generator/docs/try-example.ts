// What the generator says of an example of the catalogue. Pure.
import { compileSpec } from '../compile-spec.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { buildRecord } from '../lifecycle/build-record.ts';
import { FIRST_GENERATION } from '../lifecycle/check-lifecycle.ts';
import { setDeployed } from '../lifecycle/deployments.ts';
import { NO_RECORD, type StackRecord } from '../lifecycle/stack-record.ts';

/** Examples are about the file of this name. */
export const EXAMPLE_FILE = 'sonotheia.config.yaml';

/** All diagnostics of `spec`, generated after `before` was deployed where there is one. */
export function tryExample(spec: string, before: string | undefined): readonly Diagnostic[] {
  const previous = before === undefined ? NO_RECORD : readRecord(before);
  const result = compileSpec(EXAMPLE_FILE, new TextEncoder().encode(spec), { ...FIRST_GENERATION, previous });
  return result.ok ? result.warnings : result.diagnostics;
}

function readRecord(spec: string): StackRecord {
  const result = compileSpec(EXAMPLE_FILE, new TextEncoder().encode(spec));
  if (!result.ok) throw new Error('the spec before the example is refused');
  return setDeployed(buildRecord(result.value), 'yes');
}
