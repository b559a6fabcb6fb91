// Checks that others find the files where they are: GitHub the workflow, and the editor the schema that the spec names.
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts';
import { findSchemaPath, locatePackage, type ProjectPlace } from './locate-package.ts';
import { findPackageManager } from './package-manager.ts';
import { isDeployedFolder } from './workflow-tree.ts';

/** The comment by which yaml-language-server finds the schema of a file. */
const SCHEMA_COMMENT = /^#[\t ]*yaml-language-server[\t ]*:.*?\$schema=(\S+)/m;
/** Editors also load a schema from the web. */
const HAS_SCHEME = /^[a-z][a-z0-9+.-]+:/i;
const PIPES = /^\/(?:dev|proc)\//;

export interface SpecPlace extends ProjectPlace {
  /** As the user wrote it. */
  readonly specFile: string;
  /** As the user wrote it. */
  readonly outDir: string;
}

/** The folder of the repository, if it is not the spec's own: GitHub ignores the workflow of a subfolder. */
export function findOuterRepository(specDir: string): string | undefined {
  for (let folder = specDir; ; folder = dirname(folder)) {
    // A file in a worktree and in a submodule.
    if (existsSync(join(folder, '.git'))) return folder === specDir ? undefined : folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** Why GitHub ignores the workflow beside the spec, and the fix. */
export function describeIgnoredWorkflow(
  specDir: string,
  repository: string,
): { readonly what: string; readonly why: string; readonly fix: string } {
  const folder = relative(repository, specDir).split(sep).join('/');
  return {
    what: `GitHub ignores ${folder}/.github/workflows/terraform.yml: ${folder} is not the root of the repository`,
    why: 'GitHub Actions: workflows are read only from .github/workflows in the root of the repository',
    fix: 'move the spec to the root of a repository, or set `workflow: { enabled: false }` and run the commands in a workflow of your own',
  };
}

/** SONO626: the workflow is in a subfolder of the repository. */
export function findIgnoredWorkflow(
  { specFile, outDir, workingDir }: SpecPlace,
  location: SourceLocation,
): Diagnostic[] {
  const specDir = dirname(resolve(workingDir, specFile));
  if (!isDeployedFolder(resolve(workingDir, outDir), specDir)) return [];
  const repository = findOuterRepository(specDir);
  if (repository === undefined) return [];
  const explanation = describeIgnoredWorkflow(specDir, repository);
  return [{ code: 'SONO626', severity: 'warning', path: 'workflow', location, ...explanation }];
}

/** SONO627: the spec's comment names a schema that is not there, so editors show neither help nor problems. */
export function findMissingSchema(place: SpecPlace, bytes: Uint8Array): Diagnostic[] {
  const { specFile: file, workingDir } = place;
  const spec = resolve(workingDir, file);
  const text = new TextDecoder().decode(bytes);
  const found = SCHEMA_COMMENT.exec(text);
  const [comment = '', named = ''] = found ?? [];
  if (found === null || HAS_SCHEME.test(named) || PIPES.test(spec)) return [];
  if (existsSync(resolve(dirname(spec), named))) return [];
  const right = findSchemaPath(spec, locatePackage(place));
  const line = text.slice(0, found.index).split('\n').length;
  return [
    {
      code: 'SONO627',
      severity: 'warning',
      what: `the schema for editors is not there: ${named}`,
      path: '',
      location: {
        file,
        line,
        column: comment.length - named.length + 1,
        endLine: line,
        endColumn: comment.length + 1,
      },
      fix:
        named === right ? describeLackingPackage(spec) : `write \`# yaml-language-server: $schema=${right}\``,
    },
  ];
}

/** The comment is right, but the package is not in node_modules. */
function describeLackingPackage(spec: string): string {
  const other = 'sonotheia schema > sonotheia.schema.json` and write `$schema=./sonotheia.schema.json`';
  if (process.versions.pnp !== undefined)
    return `Yarn's Plug'n'Play has no node_modules: run \`yarn ${other}`;
  return `\`${findPackageManager(dirname(spec)).install}\` writes it; without node_modules, run \`npx ${other}`;
}
