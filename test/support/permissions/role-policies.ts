// The policies of the generated roles of a golden case, as Terraform makes them.
import { listRoots } from './golden-roots.ts';
import { evaluateDocuments } from './policy-documents.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  /** A trust policy has none. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}

/** Name of the policy document -> environment -> policy. */
export type Policies = Readonly<
  Record<string, Readonly<Record<string, { readonly Statement: readonly Statement[] }>>>
>;

export async function evaluateRoles(name: string, folder: string): Promise<Policies> {
  const roots = listRoots(name)
    .filter((root) => root.name.endsWith(' github-oidc'))
    .map((root) => ({ ...root, values: '' }));
  const policies: Record<string, Record<string, { Statement: readonly Statement[] }>> = {};
  const documents = await evaluateDocuments(roots, folder);
  // The documents about the state are parts of others.
  for (const document of documents.filter((each) => !each.name.includes('_state')))
    policies[document.name] = { ...policies[document.name], [document.key]: JSON.parse(document.json) };
  return policies;
}
