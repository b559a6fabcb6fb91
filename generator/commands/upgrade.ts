// upgrade: shows what the installed version changes in a tree that another version wrote. Never writes.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defineCommand, EXIT_DONE } from '../command-line/command.ts';
import { printDiagnostics } from '../command-line/print-diagnostics.ts';
import { generateTree } from '../generate.ts';
import { describeEffects } from '../report/describe-effects.ts';
import { readVersion } from '../version.ts';
import { readChanges } from '../write/file-changes.ts';
import { hashContents, parseManifest } from '../write/manifest.ts';
import { MANIFEST_PATH } from '../write/output-path.ts';
import { compareTrees, locateTrees } from '../write/workflow-tree.ts';
import { CONFIG_OPTION, refuse } from './spec-input.ts';

const OPTIONS = {
  config: CONFIG_OPTION,
  out: { type: 'string', value: 'folder', default: 'out', description: 'the folder of the tree' },
} as const;

export const upgrade = defineCommand({
  name: 'upgrade',
  text: `Shows the changes that this version makes to the tree, grouped by their effect on the next plan.
Writes nothing.

  npm install -D sonotheia-terraform@latest
  npx sonotheia upgrade
  npx sonotheia generate

Run \`npx sonotheia generate --check\` with the old version first: upgrade also shows edits of the spec
since the last generation. It compares files and reads no state: only a plan shows what AWS has, and whether a changed
value replaces a resource. CHANGELOG.md of the package explains the changes.`,
  options: OPTIONS,
  async run({ config, out }, context) {
    const { projectRoot, workingDir, terminal } = context;
    const tree = await generateTree({
      specFile: config,
      workingDir,
      projectRoot,
      outDir: out,
      dropRegions: [],
      allowReplace: false,
      isFresh: false,
      isCheck: false,
    });
    if (!tree.ok) return refuse(tree.diagnostics, `${out} stays as it is`, 'text', context);
    const plan = compareTrees(locateTrees(tree.value, { config, out }));
    if (plan.conflicts.length > 0)
      return refuse([...tree.warnings, ...plan.conflicts], `${out} cannot be upgraded`, 'text', context);
    printDiagnostics([...tree.warnings, ...plan.warnings], 'text', context);
    const outDir = resolve(workingDir, out);
    const effects = describeEffects(readChanges(plan, outDir), readRecorded(outDir));
    const version = `sonotheia-terraform ${readVersion(projectRoot)}`;
    if (effects.length === 0) {
      terminal.print(`${out} is up to date with ${version}.`);
      return EXIT_DONE;
    }
    terminal.print([
      `Changes of ${version} in ${out}:`,
      '',
      ...effects,
      'Only files are compared: an edit of the spec since the last generation looks like a change of the version,',
      'and only a plan knows what AWS has.',
      'Nothing was written. Every changed line: npx sonotheia generate --diff',
      'To write it: npx sonotheia generate; then npx sonotheia deploy shows the plan of an environment, and asks.',
    ]);
    return EXIT_DONE;
  },
});

/** Whether the last generation had a file with these contents. */
function readRecorded(outDir: string): (path: string, contents: Uint8Array) => boolean {
  const manifest = join(outDir, MANIFEST_PATH);
  const recorded = existsSync(manifest) ? parseManifest(readFileSync(manifest)) : undefined;
  return (path, contents) => recorded?.get(path)?.has(hashContents(contents)) === true;
}
