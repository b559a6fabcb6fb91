// The policies of the generated roles of a golden case, as Terraform makes them.
import { ACCOUNT } from './account-state.ts';
import { listRoleRoot, listRoots } from './golden-roots.ts';
import { evaluateDocuments, type PolicyDocument, SAMPLE_ACCOUNT } from './policy-documents.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
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
  const documents = await evaluateDocuments(roots, folder);
  return indexPolicies(documents);
}

/** Of a spec's roles, with the permission that is off by default, in the account of the local AWS. */
export async function evaluateRolesOfSpec(file: string, folder: string): Promise<Policies> {
  const documents = await evaluateDocuments([listRoleRoot(file)], folder);
  return indexPolicies(
    documents.map((document) => ({ ...document, json: document.json.replaceAll(SAMPLE_ACCOUNT, ACCOUNT) })),
  );
}

/** The statements of the deploy role, or of the plan role. */
export function listRoleStatements(
  policies: Policies,
  role: 'deploy' | 'plan',
  environment: string,
): Statement[] {
  return Object.entries(policies)
    .filter(([name]) => (role === 'deploy' ? /^(?:read$|write_)/ : /^read/).test(name))
    .flatMap(([, byEnvironment]) => byEnvironment[environment]?.Statement ?? []);
}

function indexPolicies(documents: readonly PolicyDocument[]): Policies {
  const policies: Record<string, Record<string, { Statement: readonly Statement[] }>> = {};
  // The documents about the state are parts of others.
  for (const document of documents.filter((each) => !each.name.includes('_state')))
    policies[document.name] = { ...policies[document.name], [document.key]: JSON.parse(document.json) };
  return policies;
}
