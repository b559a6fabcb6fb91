// The actions that the generated roles of a spec allow, read from the HCL.
import { readFileSync } from 'node:fs';
import { compileSpec } from '../../../generator/compile-spec.ts';
import { buildModel } from '../../../generator/model/build-model.ts';
import { renderTree } from '../../../generator/render/render-tree.ts';
import type { ResolvedSpec } from '../../../generator/spec/resolve.ts';

/** The spec with workflow roles enabled, and without lifecycle records, which change only names. */
export function readSpecWithRoles(file: string): ResolvedSpec {
  const result = compileSpec(file, readFileSync(file));
  if (!result.ok) throw new Error(`${file} is refused`);
  const { workflow } = result.value;
  const github = { repository: 'acme/voice', owner_id: 1, repository_id: 2 };
  const oidc = { roles: true, provider: 'create', plan_reads_secrets: false } as const;
  return { ...result.value, workflow: { ...workflow, enabled: true, github, oidc } };
}

export interface TreeWithRoles {
  /** Without the roles. */
  readonly text: string;
  readonly planned: readonly string[];
  readonly deployed: readonly string[];
}

/** The tree of a spec, and the actions of its roles. */
export function renderWithRoles(spec: ResolvedSpec): TreeWithRoles {
  const decoder = new TextDecoder();
  const files = renderTree(buildModel(spec)).map(({ path, contents }) => ({
    path,
    text: decoder.decode(contents),
  }));
  const isRole = ({ path }: { path: string }): boolean => path.startsWith('github-oidc/');
  const roles = files
    .filter(isRole)
    .map(({ text }) => text)
    .join('\n');
  const read = listActions(roles, /^(read|read_state|assume_state_role)$/);
  return {
    text: files
      .filter((file) => !isRole(file) && !file.path.startsWith('tests/'))
      .map(({ text }) => text)
      .join('\n'),
    planned: [...read, ...listActions(roles, /^read_secrets$/)],
    deployed: [...read, ...listActions(roles, /^write_/)],
  };
}

/** The actions in the policy documents of these names. */
function listActions(hcl: string, name: RegExp): string[] {
  const documents = hcl.matchAll(/^data "aws_iam_policy_document" "(\w+)" \{\n([\s\S]*?)^\}/gm);
  return [...documents]
    .filter(([, label = '']) => name.test(label))
    .flatMap(([, , body = '']) => [...body.matchAll(/^\s*actions\s*=\s*\[([^\]]*)\]/gm)])
    .flatMap(([, list = '']) => [...list.matchAll(/"([^"]+)"/g)].map(([, action = '']) => action));
}
