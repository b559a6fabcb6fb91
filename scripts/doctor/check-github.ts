// Checks GitHub's environments and secrets, which the generated workflow needs. Uses `gh` and its credentials; reads only
// the names of secrets. Without `gh` it reports that these checks were skipped.
import { dirname } from 'node:path';
import { execa } from 'execa';
import { decideFeatures } from '../../generator/model/features.ts';
import { decideWorkflow, type WorkflowModel } from '../../generator/model/workflow-model.ts';
import type { ResolvedSpec } from '../../generator/spec/resolve.ts';
import type { Finding, Report } from './finding.ts';

const SET_UP = 'docs/workflow.md#setting-it-up';
const TIMEOUT_MS = 20_000;
const PAGE = '?per_page=100';

export interface GithubOptions {
  readonly spec: ResolvedSpec;
  readonly config: string;
  /** The environments to check. */
  readonly environments: readonly { readonly name: string }[];
  readonly signal: AbortSignal;
}

type Answer = { readonly value: unknown } | { readonly refusal: string };
type Ask = (path: string) => Promise<Answer>;

interface GithubEnvironment {
  readonly protection_rules?: readonly { readonly type: string }[];
  readonly deployment_branch_policy?: object | null;
}

/** Reports warnings only, since `npx sonotheia deploy` works without any of this. */
export async function checkGithub(options: GithubOptions, report: Report): Promise<void> {
  const workflow = decideWorkflow(options.spec, decideFeatures(options.spec));
  if (workflow === null || workflow.environments.length === 0) return;
  const ask = connect(options);
  const own = await ask(`actions/secrets${PAGE}`);
  if ('refusal' in own) {
    const what = `workflow, GitHub: environments, reviewers and secrets could not be checked: ${own.refusal}`;
    report({ state: 'warn', what, fix: `compare them with ${SET_UP}` });
    return;
  }
  const shared = [...listSecrets(own), ...listSecrets(await ask(`actions/organization-secrets${PAGE}`))];
  const subject = 'workflow, secrets of the repository';
  report(describe(subject, [findMissing(listRepositorySecrets(workflow), shared)], 'all there'));
  const names = options.environments.map(({ name }) => name);
  for (const { name, isProtected } of workflow.environments.filter((each) => names.includes(each.name)))
    report(await checkEnvironment({ name, isProtected, workflow, shared }, ask));
}

interface EnvironmentOptions {
  readonly name: string;
  readonly isProtected: boolean;
  readonly workflow: WorkflowModel;
  /** Names of the secrets of the repository and its organization, which every environment sees. */
  readonly shared: readonly string[];
}

async function checkEnvironment(
  { name, isProtected, workflow, shared }: EnvironmentOptions,
  ask: Ask,
): Promise<Finding> {
  const subject = `${name}, environment on GitHub`;
  const answer = await ask(`environments/${name}`);
  if ('refusal' in answer) {
    const problem = /HTTP 404/.test(answer.refusal)
      ? 'is not there; GitHub makes it, without protection, for the first workflow that names it'
      : `cannot be read: ${answer.refusal}`;
    return describe(subject, [problem], '');
  }
  const { protection_rules = [], deployment_branch_policy = null } = answer.value as GithubEnvironment;
  const hasReviewers = protection_rules.some(({ type }) => type === 'required_reviewers');
  const own = listSecrets(await ask(`environments/${name}/secrets${PAGE}`));
  const problems = [
    isProtected && !hasReviewers ? 'no reviewers, although it is protected' : undefined,
    deployment_branch_policy === null ? `every branch may deploy; allow ${workflow.branch} only` : undefined,
    findMissing(listEnvironmentSecrets(workflow), [...shared, ...own]),
  ];
  return describe(subject, problems, hasReviewers ? 'has reviewers' : 'no reviewers');
}

function describe(subject: string, problems: readonly (string | undefined)[], good: string): Finding {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return { state: 'ok', what: `${subject}: ${good}` };
  return { state: 'warn', what: `${subject}: ${found.join('; ')}`, fix: SET_UP };
}

function findMissing(needed: readonly string[], present: readonly string[]): string | undefined {
  const missing = needed.filter((name) => !present.includes(name));
  return missing.length === 0 ? undefined : `without ${missing.join(', ')}`;
}

function listRepositorySecrets({ usesOidc }: WorkflowModel): string[] {
  return ['PLAN_PASSPHRASE', ...(usesOidc ? [] : ['AWS_PLAN_ACCESS_KEY_ID', 'AWS_PLAN_SECRET_ACCESS_KEY'])];
}

function listEnvironmentSecrets({ usesOidc, managesApiKey, managesWebhookSecret }: WorkflowModel): string[] {
  return [
    ...(managesApiKey ? ['SONOTHEIA_API_KEY'] : []),
    ...(managesWebhookSecret ? ['WEBHOOK_SECRET'] : []),
    ...(usesOidc ? [] : ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']),
  ];
}

/** Returns names; an empty list if GitHub does not show them. */
function listSecrets(answer: Answer): string[] {
  if ('refusal' in answer) return [];
  const { secrets = [] } = answer.value as { readonly secrets?: readonly { readonly name: string }[] };
  return secrets.map(({ name }) => name);
}

/** Uses the repository that the spec names, else the one that contains the spec. */
function connect({ spec, config, signal }: GithubOptions): Ask {
  const repository = spec.workflow.github?.repository ?? '{owner}/{repo}';
  return async (path) => {
    const run = await execa('gh', ['api', `repos/${repository}/${path}`], {
      cwd: dirname(config),
      reject: false,
      timeout: TIMEOUT_MS,
      cancelSignal: signal,
      stdin: 'ignore',
    });
    signal.throwIfAborted();
    if (run.code === 'ENOENT') return { refusal: 'there is no `gh` here (https://cli.github.com)' };
    if (run.exitCode !== 0) return { refusal: run.stderr.trim().split('\n')[0] || '`gh` failed' };
    return { value: JSON.parse(run.stdout) };
  };
}
