// The scripts that the workflow's jobs run, as files beside the workflow: jobs with AWS credentials install no packages. The
// bundle holds their texts (generator/start/precompile.mjs).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const STEPS_FOLDER = join(import.meta.dirname, '..', '..', 'scripts', 'workflow');

/** Their texts by name. */
export function readWorkflowSteps(): ReadonlyMap<string, string> {
  const names = readdirSync(STEPS_FOLDER)
    .filter((name) => name.endsWith('.mjs'))
    .sort();
  return new Map(names.map((name) => [name, readFileSync(join(STEPS_FOLDER, name), 'utf8')]));
}
