// The pure stages in order, from the bytes of a spec to the text of the tree. Reports all problems at once.
import { type Diagnostic, type Result, sortDiagnostics } from './diagnostics/diagnostic.ts';
import { checkLifecycle, FIRST_GENERATION } from './lifecycle/check-lifecycle.ts';
import type { Continuation } from './lifecycle/continuation.ts';
import { recallForTree } from './lifecycle/deployments.ts';
import { inherit } from './lifecycle/inherit.ts';
import { loadSpec } from './spec/load.ts';
import { pruneSpec } from './spec/prune.ts';
import { type ResolvedSpec, resolveSpec } from './spec/resolve.ts';
import { checkRules } from './spec/rules/check-rules.ts';
import { checkRuntime } from './spec/rules/runtime-rules.ts';
import { readToday } from './spec/runtimes.ts';
import { validateSpec } from './spec/validate.ts';

/**
 * Loads, validates and resolves a spec. `file` is its name in diagnostics. If the schema refuses a value, the rules
 * still check all others, so that one run shows every problem. `continuation` holds the last generation.
 */
export function compileSpec(
  file: string,
  bytes: Uint8Array,
  continuation: Continuation = FIRST_GENERATION,
): Result<ResolvedSpec> {
  const loaded = loadSpec(file, bytes);
  if (!loaded.ok) return loaded;
  const schemaProblems = validateSpec(loaded.value);
  const refused = schemaProblems.map(({ path }) => path);
  const config = pruneSpec(loaded.value.value, refused);
  const resolved = config === undefined ? undefined : resolveSpec(config);
  const pruned = { ...loaded.value, value: config };
  const ruleFindings =
    resolved === undefined
      ? []
      : [...checkRules(resolved, pruned, refused), ...checkRuntime(resolved, pruned, readToday(), refused)];
  // A refused value would look like a removed one.
  const changes =
    resolved === undefined || schemaProblems.length > 0
      ? []
      : checkLifecycle(continuation, resolved, loaded.value);
  const findings = [...ruleFindings, ...changes];
  const errors = [...schemaProblems.map(({ diagnostic }) => diagnostic), ...findings.filter(isError)];
  const warnings = findings.filter((finding) => !isError(finding));
  if (resolved === undefined || errors.length > 0) {
    return { ok: false, diagnostics: sortDiagnostics([...errors, ...warnings]) };
  }
  const inheritance = inherit(recallForTree(continuation), resolved, continuation.dropRegions);
  return { ok: true, value: { ...resolved, inheritance }, warnings: sortDiagnostics(warnings) };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
