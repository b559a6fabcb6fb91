// Reads the Terraform states in the output folder: with a local backend they say better than any record what is
// deployed. They are in nobody else's checkout, so that no generated file may depend on them beyond the mark `deployed`.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTaggedEnvironment, type LocalState, parseState } from './local-state.ts';
import type { StackRecord } from './stack-record.ts';

const STATE = 'terraform.tfstate';
/** The folder of the states of all workspaces but `default`. */
const WORKSPACES = 'terraform.tfstate.d';
/** Terraform's last resort where it could not write the state. */
const ERRORED = 'errored.tfstate';

interface StateFolder {
  readonly outDir: string;
  /** The folder as its user wrote it. */
  readonly shownDir: string;
}

/** The states in `outDir`; `previous` says whose the workspace `default` is. */
export async function readLocalStates(
  { outDir, shownDir }: StateFolder,
  previous: StackRecord,
): Promise<LocalState[]> {
  const workspaces = await listFolders(join(outDir, WORKSPACES));
  const named = workspaces.map((name) => ({ name, folder: join(WORKSPACES, name), file: STATE }));
  const places = [
    ...named,
    { name: undefined, folder: '', file: STATE },
    { name: undefined, folder: '', file: ERRORED },
  ];
  const states: LocalState[] = [];
  for (const { name, folder, file } of places) {
    const found = await findState(join(outDir, folder), file);
    if (found === undefined) continue;
    const resources = found.contents === undefined ? undefined : parseState(found.contents);
    const tagged = findTaggedEnvironment(resources ?? []);
    // The workspace `default` is the first environment's.
    const environment = name ?? tagged ?? previous.first_environment ?? 'default';
    states.push({ environment, file: join(shownDir, folder, found.name), resources });
  }
  return states;
}

interface FoundState {
  readonly name: string;
  /** Undefined: it cannot be read. */
  readonly contents: Uint8Array | undefined;
}

/** The state, or the copy from before its last change where it is gone or empty; undefined without either. */
async function findState(folder: string, file: string): Promise<FoundState | undefined> {
  for (const name of [file, `${file}.backup`]) {
    try {
      const contents = await readFile(join(folder, name));
      if (contents.length > 0) return { name, contents };
    } catch (error) {
      if (!isAbsence(error)) return { name, contents: undefined };
    }
  }
  return undefined;
}

async function listFolders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
