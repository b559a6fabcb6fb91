// Reads the local Terraform states in the output folder, which show the deployed resources more exactly than the
// record. Other checkouts do not have them, so generated files must depend on nothing of them but the mark `deployed`.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findTaggedEnvironment, type LocalState, parseState } from './local-state.ts';
import type { StackRecord } from './stack-record.ts';

const STATE = 'terraform.tfstate';
/** Folder of the states of all workspaces except `default`. */
const WORKSPACES = 'terraform.tfstate.d';
/** File that Terraform writes when it cannot save the state. */
const ERRORED = 'errored.tfstate';

interface StateFolder {
  readonly outDir: string;
  /** The folder as the user wrote it. */
  readonly shownDir: string;
}

/** Reads the states in `outDir`; `previous` names the environment of the workspace `default`. */
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
    // The first environment owns the workspace `default`.
    const environment = name ?? tagged ?? previous.first_environment ?? 'default';
    states.push({ environment, file: join(shownDir, folder, found.name), resources });
  }
  return states;
}

interface FoundState {
  readonly name: string;
  /** Undefined for an unreadable file. */
  readonly contents: Uint8Array | undefined;
}

/** The state, or its backup if it is missing or empty; undefined without either. */
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
