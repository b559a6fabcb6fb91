// Sample files with one event of each type that Sonotheia sends, for `invoke`, `webhook send` and the tests.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Relative to the project. */
export const EVENTS_FOLDER = join('scripts', 'local', 'events');
const projectRoot = join(import.meta.dirname, '..', '..');

export const EVENT_NAMES = readdirSync(join(projectRoot, EVENTS_FOLDER))
  .map((file) => basename(file, '.json'))
  .sort();

export function readSampleEvent(name: string): string {
  return readFileSync(join(projectRoot, EVENTS_FOLDER, `${name}.json`), 'utf8');
}
