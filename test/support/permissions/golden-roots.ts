// The roots of the golden trees that have policies.
import { join } from 'node:path';
import { buildModel } from '../../../generator/model/build-model.ts';
import { renderTree } from '../../../generator/render/render-tree.ts';
import { runCase, SPEC, TESTDATA, validCases } from '../golden-cases.ts';
import type { Root } from './policy-documents.ts';
import { readSpecWithRoles } from './role-actions.ts';

const OIDC = 'github-oidc';
const DOCUMENT = /^data "aws_iam_policy_document" "(\w+)" \{\n[\s\S]*?^\}/gm;

/** `<case> <environment>`, and `<case> github-oidc`, with the permission that is off by default: with roles also where the case has none. */
export function listRoots(name: string): Root[] {
  const files = [...runCase(name).files];
  const below = (folder: string): Map<string, string> =>
    new Map(
      files
        .filter(([path]) => path.startsWith(folder) && !path.slice(folder.length).startsWith(`${OIDC}/`))
        .map(([path, text]) => [path.slice(folder.length), text]),
    );
  const environments = files.flatMap(([path, values]) => {
    const environment = /^out\/([^/]+)\.tfvars$/.exec(path)?.[1];
    return environment === undefined
      ? []
      : [{ name: `${name} ${environment}`, files: below('out/'), values }];
  });
  const given = below(`out/${OIDC}/`);
  const names = environments.map((root) => root.name.split(' ')[1] ?? '');
  const roles = given.size > 0 ? given : renderRoles(join(TESTDATA, name, SPEC));
  return [...environments, buildRoleRoot(name, roles, names)];
}

/** The roles of a spec, which need not have any, with the permission that is off by default. */
export function listRoleRoot(file: string): Root {
  const names = readSpecWithRoles(file).environments.map(({ name }) => name);
  return buildRoleRoot('spec', renderRoles(file), names);
}

function buildRoleRoot(
  name: string,
  files: ReadonlyMap<string, string>,
  environments: readonly string[],
): Root {
  const buckets = environments.map((environment) => `"${environment}" = "state"`);
  const values = [
    'plan_reads_secrets = true',
    ...(hasDefault(files, 'state_buckets') ? [] : [`state_buckets = { ${buckets.join(', ')} }`]),
  ].join('\n');
  return { name: `${name} ${OIDC}`, files, values };
}

function hasDefault(files: ReadonlyMap<string, string>, variable: string): boolean {
  const block = new RegExp(`^variable "${variable}" \\{\\n[\\s\\S]*?^\\}`, 'm').exec(
    files.get('variables.tf') ?? '',
  );
  return /^ {2}default\b/m.test(block?.[0] ?? '');
}

function renderRoles(file: string): Map<string, string> {
  const decoder = new TextDecoder();
  const files = renderTree(buildModel(readSpecWithRoles(file)));
  return new Map(
    files
      .filter(({ path }) => path.startsWith(`${OIDC}/`))
      .map(({ path, contents }) => [path.slice(OIDC.length + 1), decoder.decode(contents)]),
  );
}

/**
 * Of the cases with the same policy documents, the one whose environments have the most values; all of its environments,
 * because the values decide about the statements.
 */
export function listDistinctRoots(): Root[] {
  const byDocuments = new Map<string, readonly Root[]>();
  const isRoles = ({ name }: Root): boolean => name.endsWith(` ${OIDC}`);
  for (const roots of validCases.map(listRoots))
    for (const same of [roots.filter(isRoles), roots.filter((root) => !isRoles(root))]) {
      const key = JSON.stringify(same[0] && listDocumentTexts(same[0]));
      const known = byDocuments.get(key);
      if (known === undefined || countValues(known) < countValues(same)) byDocuments.set(key, same);
    }
  return [...byDocuments.values()].flat();
}

const countValues = (roots: readonly Root[]): number =>
  roots.flatMap(({ values }) => values.split('\n')).length;

export function listDocumentTexts({ files }: Root): { name: string; text: string }[] {
  return [...files.values()].flatMap((hcl) =>
    [...hcl.matchAll(DOCUMENT)].map(([text, name = '']) => ({ name, text })),
  );
}
