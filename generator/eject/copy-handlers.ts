// Copies the generator's handlers into a project. Never overwrites.
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type EjectRecord, formatRecord, RECORD_FILE } from '../bundle/handler-sources.ts';

/** With this, editors and `npx tsc -p handlers` check the handlers as the generator does. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'es2024.string'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['**/*.ts'],
};

/** A file or a link is in the way, too. */
export function isTaken(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats !== undefined && (!stats.isDirectory() || readdirSync(folder).length > 0);
}

/** Expects that `folder` is absent or empty. It appears complete, or not at all. */
export function copyHandlers(folder: string, record: EjectRecord): void {
  const temporary = `${folder}.${process.pid}.tmp`;
  try {
    for (const [path, text] of record.sources) writeSource(temporary, path, text);
    writeSource(temporary, 'tsconfig.json', `${JSON.stringify(TSCONFIG, null, 2)}\n`);
    writeSource(temporary, RECORD_FILE, formatRecord(record));
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

export function writeSource(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
