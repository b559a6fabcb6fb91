// Finds files in the output folder that Terraform would read and the generator did not write.
import { join } from 'node:path';
import {
  compareText,
  type Diagnostic,
  describeFile,
  type SourceLocation,
} from '../diagnostics/diagnostic.ts';
import { type FileSystem, nodeFileSystem } from './file-system.ts';
import { findRedirectedModules } from './redirected-modules.ts';

/** Files that `terraform plan`, `apply` or `test` loads automatically: configuration, values, tests and mocks. */
const READ_BY_TERRAFORM =
  /(?:\.(?:tf|tofu)(?:\.json)?|\.(?:tftest|tofutest|tfmock)\.(?:hcl|json)|(?:^|\/)(?:terraform|[^/]*\.auto)\.tfvars(?:\.json)?)$/;
/** Terraform's own folder of states, by workspace. */
const STATES = 'terraform.tfstate.d';

/** Paths relative to the folder, sorted. Terraform ignores hidden configuration, but not hidden var-files. */
export function findForeignTerraform(
  outDir: string,
  generated: ReadonlySet<string>,
  fileSystem: FileSystem,
): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    for (const name of fileSystem.list(join(outDir, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`;
      const isHidden = name.startsWith('.');
      if (path === STATES) continue;
      if (fileSystem.kindOf(join(outDir, path)) === 'directory') {
        if (!isHidden) visit(path);
      } else if (READ_BY_TERRAFORM.test(path) && !generated.has(path)) {
        if (!isHidden || path.includes('.tfvars')) found.push(path);
      }
    }
  };
  if (fileSystem.kindOf(outDir) !== 'directory') return [];
  visit('');
  return [...found, ...findRedirectedModules(outDir, fileSystem)].sort(compareText);
}

/** SONO510: an unreviewed file that Terraform would run with the deployer's permissions. */
export function refuseForeignTerraform(outDir: string, path: string): Diagnostic {
  const isList = path.endsWith('modules.json');
  return describeFile(
    'SONO510',
    join(outDir, path),
    isList
      ? 'redirects Terraform to modules outside the folder'
      : 'was not generated, and Terraform would read it',
    isList
      ? 'delete it: `terraform init` creates it again'
      : `delete it, or move it out of the folder. If it belongs there, name it in the spec: \`terraform: { extra_files: [${path}] }\``,
  );
}

/** SONO512: files that the spec names, but that are not there. Without an override, other resources are deployed than were reviewed. */
export function findMissingFiles(
  {
    outDir,
    shownDir,
    isCheck,
  }: { readonly outDir: string; readonly shownDir: string; readonly isCheck: boolean },
  extraFiles: readonly string[],
  locate: (path: readonly (string | number)[]) => SourceLocation,
): Diagnostic[] {
  return extraFiles.flatMap((path, index): Diagnostic[] => {
    if (!['absent', 'directory'].includes(nodeFileSystem.kindOf(join(outDir, path)))) return [];
    return [
      {
        code: 'SONO512',
        severity: isCheck ? 'error' : 'warning',
        path: `terraform.extra_files[${index}]`,
        location: locate(['terraform', 'extra_files', index]),
        what: `there is no ${join(shownDir, path)}`,
        why: 'this generator: `generate --check` and `deploy` refuse a tree without a file that the spec names',
        fix: 'add the file, or remove its name',
      },
    ];
  });
}

/** SONO513: the workflow removes these files before the generated test, and a file system may not tell `a.tf` and `A.tf` apart. */
export function findClaimedFiles(
  extraFiles: readonly string[],
  generated: readonly string[],
  locate: (path: readonly (string | number)[]) => SourceLocation,
): Diagnostic[] {
  const claimed = new Map(generated.map((path) => [path.toLowerCase(), path]));
  return extraFiles.flatMap((path, index): Diagnostic[] => {
    const other = claimed.get(path.toLowerCase());
    claimed.set(path.toLowerCase(), path);
    if (other === undefined) return [];
    const isGenerated = generated.includes(other);
    return [
      {
        code: 'SONO513',
        severity: 'error',
        path: `terraform.extra_files[${index}]`,
        location: locate(['terraform', 'extra_files', index]),
        what: isGenerated ? `${other} is a generated file` : `${path} and ${other} differ only in case`,
        why: isGenerated
          ? 'this generator: `extra_files` names your own files only'
          : 'macOS and Windows: two names that differ only in case are one file',
        fix:
          path === other
            ? 'remove it; your own changes belong into a file whose name ends in `_override.tf`'
            : 'choose another name',
      },
    ];
  });
}
