// The state of a deployed stack from Terraform, in a form for checks.
export type Values = Record<string, unknown>;

export interface Resource {
  /** Within the module, without instance keys: `aws_s3_bucket.audio`, `data.aws_iam_policy_document.key`. */
  readonly address: string;
  readonly type: string;
  readonly values: Values;
}

export interface Statement {
  readonly Effect: string;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

export interface StackState {
  readonly resources: readonly Resource[];
  /** The generated HCL, for what no state holds (lifecycle, providers, module sources). */
  readonly hcl: string;
  of(...types: readonly string[]): readonly Resource[];
}

interface StateModule {
  readonly resources?: readonly { address: string; type: string; values: Values }[];
  readonly child_modules?: readonly StateModule[];
}

/** Reads the answer of `terraform show -json`. */
export function readStackState(shown: unknown, hcl: string): StackState {
  const root = (shown as { values: { root_module: StateModule } }).values.root_module;
  const resources = collect(root);
  return { resources, hcl, of: (...types) => resources.filter(({ type }) => types.includes(type)) };
}

function collect({ resources = [], child_modules = [] }: StateModule): Resource[] {
  const own = resources.map(({ address, type, values }) => ({
    address: address.replaceAll(/module\.[a-z0-9_]+(\[[^\]]*\])?\.|\[[^\]]*\]$/g, ''),
    type,
    values,
  }));
  return [...own, ...child_modules.flatMap(collect)];
}

/** The first block of a nested list, or an empty one. */
export function block(values: Values, name: string): Values {
  const list = values[name];
  return Array.isArray(list) && list.length > 0 ? (list[0] as Values) : {};
}

export function blocks(values: Values, name: string): readonly Values[] {
  const list = values[name];
  return Array.isArray(list) ? (list as Values[]) : [];
}

export function asList(value: string | string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Statements of a policy that is given as JSON text. */
export function readStatements(policy: unknown): readonly Statement[] {
  if (typeof policy !== 'string' || policy === '') return [];
  return (JSON.parse(policy) as { Statement: Statement[] }).Statement;
}

export function listAllowing(policy: unknown): readonly Statement[] {
  return readStatements(policy).filter(({ Effect }) => Effect === 'Allow');
}

/** Whether a statement lets everybody in. */
export function isPublic({ Principal }: Statement): boolean {
  return Principal !== undefined && /"\*"/.test(JSON.stringify(Principal));
}
