// Plans a generated tree without an AWS account, with all policies known.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import type { SharedProvider } from '../support/terraform/shared-provider.ts';
import type { FakeAws } from './fake-aws.ts';
import { makeUpState } from './made-up-state.ts';
import { isPolicyAttribute, type PlanJson } from './plan-json.ts';

/** Given as both secrets: in no plan and no state. */
export const CANARY = 'canary-4f1e9b7c2d';
/** One plan finds the resources, the second one knows their ARNs, and a third one is needed when ids depend on ids. */
const MAX_PLANS = 4;

export interface PlanOptions {
  /** A root of the tree: `out` or `out/github-oidc`. Copied, never changed. */
  readonly root: string;
  /** The folder for the copy, which must not exist. */
  readonly workdir: string;
  /** Its tfvars and its workspace; undefined for roots without environments. */
  readonly environment?: string;
  /** Started with `describePlanner`. */
  readonly provider: SharedProvider;
}

export interface Planned {
  readonly plan: PlanJson;
  /** The last plan, as saved and as JSON; both are searched for secrets. */
  readonly texts: readonly string[];
}

/** The provider's environment. */
export function describePlanner(aws: FakeAws): Readonly<Record<string, string | undefined>> {
  return {
    ...process.env,
    AWS_PROFILE: undefined,
    // A provider that is configured for a second time cannot add it to the client that it has.
    AWS_CA_BUNDLE: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_ACCESS_KEY_ID: 'nobody',
    AWS_SECRET_ACCESS_KEY: 'nothing',
    AWS_ENDPOINT_URL: aws.endpoint,
  };
}

/** Throws when Terraform fails, or when a policy stays unknown. */
export async function planTree(options: PlanOptions): Promise<Planned> {
  prepare(options);
  const { workdir } = options;
  await terraform(options, ['init', '-input=false', '-no-color']);
  if (options.environment !== undefined) {
    await terraform(options, ['workspace', 'new', options.environment]);
  }
  for (let count = 1; ; count += 1) {
    const varFile = options.environment === undefined ? [] : [`-var-file=${options.environment}.tfvars`];
    await terraform(options, [
      'plan',
      '-input=false',
      '-no-color',
      ...varFile,
      '-refresh=false',
      '-out=plan',
    ]);
    const json = await terraform(options, ['show', '-json', 'plan']);
    const plan = JSON.parse(json) as PlanJson;
    const unknown = listUnknownPolicies(plan);
    if (unknown.length === 0) {
      return { plan, texts: [json, readFileSync(join(workdir, 'plan'), 'latin1')] };
    }
    if (count === MAX_PLANS) throw new Error(`unknown until they are applied: ${unknown.join(', ')}`);
    writeFileSync(locateState(options), makeUpState(plan));
  }
}

function locateState({ workdir, environment }: PlanOptions): string {
  const folder = environment === undefined ? workdir : join(workdir, 'terraform.tfstate.d', environment);
  return join(folder, 'terraform.tfstate');
}

function prepare({ root, workdir }: PlanOptions): void {
  cpSync(root, workdir, { recursive: true, filter: (path) => !path.endsWith('/tests') });
  mkdirSync(join(workdir, 'lambda'), { recursive: true });
  for (const name of ['webhook_handler', 'audio_processor'])
    writeFileSync(join(workdir, 'lambda', `${name}.zip`), '');
  useProvider5(workdir);
  const hcl = readdirSync(workdir)
    .filter((name) => name.endsWith('.tf'))
    .map((name) => readFileSync(join(workdir, name), 'utf8'))
    .join('\n');
  const providers = [...hcl.matchAll(/^provider "aws" \{([\s\S]*?)^\}/gm)].map(
    ([, body = '']) => `provider "aws" {
${/^ *alias .*$/m.exec(body)?.[0] ?? ''}
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  allowed_account_ids         = null
}
`,
  );
  const backend = 'terraform {\n  backend "local" {}\n}\n';
  writeFileSync(join(workdir, 'posture_override.tf'), [backend, ...providers].join('\n'));
}

/** The installed provider may be version 5, which supports neither the constraint nor the runtime of some trees. */
function useProvider5(workdir: string): void {
  for (const path of readdirSync(workdir, { recursive: true, encoding: 'utf8' })) {
    if (!/\.tf(?:vars)?$/.test(path)) continue;
    const file = join(workdir, path);
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replaceAll('>= 6.21, < 7.0', '>= 5.88, < 7.0').replaceAll('nodejs24.x', 'nodejs22.x'),
    );
  }
}

async function terraform({ workdir, provider }: PlanOptions, args: readonly string[]): Promise<string> {
  const { stdout, all, exitCode } = await execa('terraform', args, {
    cwd: workdir,
    env: {
      ...provider.env,
      TF_IN_AUTOMATION: 'true',
      TF_VAR_sonotheia_api_key: CANARY,
      TF_VAR_webhook_secret: CANARY,
      // There is nothing to import from.
      TF_VAR_adopt: 'false',
    },
    all: true,
    reject: false,
    stdin: 'ignore',
    maxBuffer: 100_000_000,
  });
  if (exitCode !== 0) throw new Error(`terraform ${args.join(' ')} in ${workdir}\n${all}`);
  return stdout;
}

function listUnknownPolicies(plan: PlanJson): string[] {
  return plan.resource_changes
    .filter(({ mode, change }) => mode === 'managed' && change.after !== null)
    .flatMap(({ address, change: { after_unknown } }) =>
      Object.entries(after_unknown)
        .filter(([name, isUnknown]) => isPolicyAttribute(name) && isUnknown === true)
        .map(([name]) => `${address}.${name}`),
    );
}
