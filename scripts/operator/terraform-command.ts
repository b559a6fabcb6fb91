// Formats Terraform commands that users paste into a shell.
import { join } from 'node:path';
import { describeState } from '../../generator/model/backend.ts';
import type { ResolvedEnvironment, ResolvedSpec } from '../../generator/spec/resolve.ts';

export interface Place {
  readonly spec: ResolvedSpec;
  readonly environment: ResolvedEnvironment;
  /** The generated folder, as given with --out. */
  readonly outDir: string;
}

/** The start of a command to paste: one line that works whichever workspace is selected. */
export function formatCommand(place: Place, workspace: string): string {
  const dataDir = chooseDataDir(place);
  const data = dataDir === undefined ? '' : `TF_DATA_DIR=${quote(dataDir)} `;
  return `TF_WORKSPACE=${workspace} ${data}terraform -chdir=${quote(place.outDir)}`;
}

/** Quotes for a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A data folder holds one backend configuration, so environments with different buckets get a folder each: docs/environments.md. */
export function chooseDataDir({ spec, environment }: Place): string | undefined {
  if (process.env.TF_DATA_DIR !== undefined) return process.env.TF_DATA_DIR;
  if (spec.backend === 'local') return undefined;
  const buckets = spec.environments.map((each) => describeState(each).bucket);
  return new Set(buckets).size === 1 ? undefined : join('.terraform', environment.name);
}
