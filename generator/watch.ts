// Runs a command again whenever one of its inputs changes. Each run is a new process: it uses the newest generator, and
// its failure does not end the watch.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { watchPath } from './watch-path.ts';

export interface WatchOptions {
  readonly projectRoot: string;
  /** Absolute. */
  readonly specFile: string;
  /** Absolute; the user's own handlers. */
  readonly folders: readonly string[];
  readonly command: readonly [file: string, args: readonly string[]];
  /** Gets the path of the change that starts a run. */
  readonly onEvent: (path: string) => void;
}

/** Editors save in several steps; the watch waits for the last one. */
const QUIET_MS = 100;
const SOURCE_FOLDERS = ['handlers', 'generator', 'templates', 'schema'];

/** Runs until the process ends. */
export async function watchAndRun(options: WatchOptions): Promise<never> {
  const { projectRoot, specFile, folders, command, onEvent } = options;
  let changed: string | undefined = '';
  let wake = (): void => {};
  const note = (path: string): void => {
    changed = path;
    wake();
  };
  const sources = SOURCE_FOLDERS.map((folder) => join(projectRoot, folder));
  for (const path of [specFile, ...sources, ...folders]) watchPath(path, note);
  for (;;) {
    if (changed === undefined)
      await new Promise<void>((done) => {
        wake = done;
      });
    await new Promise((done) => setTimeout(done, QUIET_MS));
    if (changed !== undefined && changed !== '') onEvent(changed);
    changed = undefined;
    await runToEnd(command);
  }
}

async function runToEnd([file, args]: WatchOptions['command']): Promise<void> {
  const child = spawn(file, args, { stdio: 'inherit' });
  await new Promise((done) => child.once('close', done));
}
