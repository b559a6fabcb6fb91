// eject: copies the handlers into the project, and compares them with those of a newer version.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type EjectRecord, RECORD_FILE, readRecord, readSources } from '../bundle/handler-sources.ts';
import { isClone } from '../cache.mjs';
import { type CommandContext, defineCommand, EXIT_DONE, type Values } from '../command-line/command.ts';
import { Problem } from '../command-line/problem.ts';
import { compareHandlers, listEdited, type SourceChange } from '../eject/compare-handlers.ts';
import { copyHandlers, isTaken } from '../eject/copy-handlers.ts';
import { listNeededPackages } from '../eject/needed-packages.ts';
import { setHandlers } from '../eject/set-handlers.ts';
import { updateHandlers } from '../eject/update-handlers.ts';
import { renderDiff } from '../report/render-diff.ts';
import { readVersion } from '../version.ts';
import { findPackageManager } from '../write/package-manager.ts';
import { CONFIG_OPTION, loadResolvedSpec, refuse } from './spec-input.ts';

/** Beside the spec. */
const FOLDER = 'handlers';

const OPTIONS = {
  config: CONFIG_OPTION,
  diff: {
    type: 'boolean',
    description: 'show the changes of a newer version since the handlers were copied',
  },
  update: { type: 'boolean', description: 'merge these changes into your handlers' },
} as const;

export const eject = defineCommand({
  name: 'eject',
  text: `
Copies the source of both functions to ${FOLDER}/ beside the spec, and sets \`build.handlers\`. Then
generate builds the functions from ${FOLDER}/, with the esbuild of your project. In a clone of the
generator, ${FOLDER}/ already is the source.

A newer version of the generator does not change your copy. --diff shows its changes to the
handlers; --update merges them into yours.`,
  options: OPTIONS,
  async run(values, context) {
    const { terminal, projectRoot, workingDir } = context;
    if (isClone(projectRoot)) {
      terminal.print([
        `This is a clone: edit ${FOLDER}/ here, and run \`npx sonotheia generate\`. Updates come with git.`,
      ]);
      return EXIT_DONE;
    }
    const spec = await loadResolvedSpec(values.config, context);
    if (!spec.ok) return refuse(spec.diagnostics, 'nothing was copied', 'text', context);
    const own = spec.value.handlers;
    if (values.diff || values.update) return compare(own, values, context);
    const root = dirname(resolve(workingDir, values.config));
    copy(own, join(root, FOLDER), projectRoot);
    terminal.print(describeNextSteps(values.config, context));
    return EXIT_DONE;
  },
});

function copy(own: string | null, folder: string, projectRoot: string): void {
  if (own !== null)
    throw new Problem({
      what: `The functions are built from ${own} already.`,
      fix: '`npx sonotheia eject --diff` compares them with those of this version',
    });
  if (isTaken(folder))
    throw new Problem({
      what: `${FOLDER} is not an empty folder. Nothing was copied.`,
      fix: 'move it to another name, or set `build.handlers` if it holds your handlers',
    });
  copyHandlers(folder, readCurrent(projectRoot));
}

function readCurrent(projectRoot: string): EjectRecord {
  return { version: readVersion(projectRoot), sources: readSources(join(projectRoot, 'handlers')) };
}

/** Sets `build.handlers`, and says what is left to do. */
function describeNextSteps(config: string, { projectRoot, workingDir }: CommandContext): string[] {
  const file = resolve(workingDir, config);
  const edited = setHandlers(readFileSync(file, 'utf8'), FOLDER);
  if (edited !== undefined) writeFileSync(file, edited);
  const { sources, version } = readCurrent(projectRoot);
  const packages = listNeededPackages(projectRoot, sources);
  return [
    `copied ${sources.size} files of version ${version} to ${FOLDER}/`,
    ...(edited === undefined
      ? [`set in ${config}, or your copy has no effect:`, '  build:', `    handlers: ${FOLDER}`]
      : [`set build.handlers in ${config}`]),
    'install the packages that build them:',
    `  ${findPackageManager(dirname(file)).add} ${packages.join(' ')}`,
    'then: npx sonotheia generate',
  ];
}

function compare(own: string | null, values: Values<typeof OPTIONS>, context: CommandContext): number {
  const { terminal, projectRoot, workingDir } = context;
  const root = dirname(resolve(workingDir, values.config));
  const folder = own === null ? undefined : join(root, own);
  const record = folder === undefined ? undefined : readRecord(folder);
  if (folder === undefined || record === undefined)
    throw new Problem({
      what:
        own === null
          ? 'The functions are built from the handlers of the generator.'
          : `${own} has no ${RECORD_FILE}, the record of the copied sources.`,
      fix:
        own === null
          ? '`npx sonotheia eject` copies them'
          : 'restore the file from version control; without it, compare by hand with node_modules/sonotheia-terraform/handlers',
    });
  const current = readCurrent(projectRoot);
  const mine = readSources(folder);
  const changes = compareHandlers(record.sources, mine, current.sources);
  if (values.update) {
    terminal.print(updateHandlers(folder, changes, current));
    terminal.note(
      changes.length === 0
        ? `${own}: ${current.version} changes none of the files.`
        : `${own} has the changes of ${current.version}: review the diff, then generate.`,
    );
    return EXIT_DONE;
  }
  if (changes.length > 0) {
    terminal.write(renderDiff(changes.map(toFileChange(own)), terminal.colour.out));
    terminal.note(changes.filter(({ isEdited }) => isEdited).map(({ path }) => `you edited ${path}, too`));
  }
  const edited = listEdited(record.sources, mine).length;
  terminal.note([
    `${own}: copied from ${record.version}; you edited ${edited} and ${current.version} changes ${changes.length} of the files.`,
  ]);
  return EXIT_DONE;
}

function toFileChange(folder: string | null) {
  return ({ path, before, after }: SourceChange) => ({
    path: `${folder}/${path}`,
    before: before === undefined ? undefined : Buffer.from(before),
    after: after === undefined ? undefined : Buffer.from(after),
  });
}
