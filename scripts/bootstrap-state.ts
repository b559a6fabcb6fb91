// npm run bootstrap-state -- [options]: makes the S3 buckets that hold the state; see --help.
import { readFileSync } from 'node:fs';
import { compileSpec } from '../generator/compile-spec.ts';
import type { Diagnostic } from '../generator/diagnostics.ts';
import { formatDiagnostics } from '../generator/report/format-diagnostics.ts';
import { findCaller, findForeignBuckets } from './bootstrap-state/check-accounts.ts';
import { ensureBucket, type Outcome } from './bootstrap-state/ensure-bucket.ts';
import { planBuckets, type StateBucket } from './bootstrap-state/plan-buckets.ts';
import { HELP, readArguments } from './bootstrap-state/read-arguments.ts';

/** Problems for the user to solve, a line each. */
class Mistake extends Error {}

async function run(argv: readonly string[]): Promise<string> {
  const values = readArguments(argv);
  if (typeof values === 'string') throw new Mistake(`${values}\n\n${HELP}`);
  if (values.help) return HELP;
  const bytes = readFileSync(values.config);
  const spec = compileSpec(values.config, bytes);
  if (!spec.ok) throw new Mistake(explain(spec.diagnostics, bytes.toString()));
  const buckets = planBuckets(spec.value, values.environments);
  if (typeof buckets === 'string') throw new Mistake(buckets);
  const caller = await findCaller(buckets[0]?.region ?? '');
  const foreign = findForeignBuckets(buckets, caller);
  if (foreign.length > 0) throw new Mistake(`${foreign.join('\n')}\nNothing was changed.`);
  let changes = 0;
  for (const bucket of buckets) {
    const outcomes = await ensureBucket(bucket, caller);
    process.stdout.write(formatReport(bucket, outcomes));
    changes += outcomes.filter(({ hasChanged }) => hasChanged).length;
  }
  return changes === 0 ? 'Nothing was changed.\n' : `${changes} changed.\n`;
}

function explain(diagnostics: readonly Diagnostic[], source: string): string {
  const text = formatDiagnostics(diagnostics, { format: 'text', colour: false, readSource: () => source });
  return text.trimEnd();
}

function formatReport({ bucket, region, environments }: StateBucket, outcomes: readonly Outcome[]): string {
  const lines = outcomes.map(({ what, hasChanged }) => `  ${hasChanged ? 'changed' : 'same   '}  ${what}`);
  return `${bucket} in ${region} (${environments.join(', ')})\n${lines.join('\n')}\n`;
}

try {
  process.stdout.write(await run(process.argv.slice(2)));
} catch (error) {
  // AWS and the file system explain themselves; a stack would bury it.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
