// From the bytes of a spec to the text of the tree: every pure stage in order, all problems at once.
import { type Diagnostic, type Result, sortDiagnostics } from './diagnostics.ts';
import { loadSpec } from './spec/load.ts';
import { pruneSpec } from './spec/prune.ts';
import { type ResolvedSpec, resolveSpec } from './spec/resolve.ts';
import { checkRules } from './spec/rules/check-rules.ts';
import { validateSpec } from './spec/validate.ts';

/**
 * Loads, validates and resolves a spec. `file` is its name in diagnostics. Where the schema refuses a value, the
 * rules still check all the others, so that one run shows every problem.
 */
export function compileSpec(file: string, bytes: Uint8Array): Result<ResolvedSpec> {
  const loaded = loadSpec(file, bytes);
  if (!loaded.ok) return loaded;
  const schemaProblems = validateSpec(loaded.value);
  const refused = schemaProblems.map(({ path }) => path);
  const config = pruneSpec(loaded.value.value, refused);
  const resolved = config === undefined ? undefined : resolveSpec(config);
  const findings =
    resolved === undefined ? [] : checkRules(resolved, { ...loaded.value, value: config }, refused);
  const errors = [...schemaProblems.map(({ diagnostic }) => diagnostic), ...findings.filter(isError)];
  const warnings = findings.filter((finding) => !isError(finding));
  if (resolved === undefined || errors.length > 0) {
    return { ok: false, diagnostics: sortDiagnostics([...errors, ...warnings]) };
  }
  return { ok: true, value: resolved, warnings: sortDiagnostics(warnings) };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}
