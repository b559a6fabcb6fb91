// The policies of the generated roles, evaluated by a Terraform plan with mocked AWS responses.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { CUT_OFF } from '../cut-off.ts';

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

const DOCUMENTS = ['read', 'read_secrets', 'write_data', 'write_compute', 'write_api', 'write_security'];
const TRUSTS = ['trust_plan', 'trust_deploy'];
const ACCOUNT = '222222222222';

const PROVIDER = `provider "aws" {
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}
`;
const OUTPUT = `output "policies" {
  value = {
${[...DOCUMENTS, ...TRUSTS].map((name) => `    ${name} = { for key, document in data.aws_iam_policy_document.${name} : key => document.json }`).join('\n')}
  }
}
`;
const TEST = `override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "${ACCOUNT}" }
}

override_data {
  target = data.aws_iam_openid_connect_provider.github
  values = { arn = "arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com" }
}

run "plan" {
  command = plan
}
`;

/** Plans the root, which must use an existing provider for OIDC, in a copy below `folder`. */
export async function evaluatePolicies(root: string, folder: string): Promise<Policies> {
  cpSync(root, folder, { recursive: true });
  mkdirSync(join(folder, 'tests'), { recursive: true });
  writeFileSync(join(folder, 'local_override.tf'), PROVIDER);
  writeFileSync(join(folder, 'policies.tf'), OUTPUT);
  writeFileSync(join(folder, 'tests/policies.tftest.hcl'), TEST);
  const options = { cwd: folder, env: CUT_OFF };
  await execa('terraform', ['init', '-input=false', '-no-color'], options);
  const { stdout } = await execa('terraform', ['test', '-json', '-verbose'], options);
  const plan = stdout
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
    .find(({ type }) => type === 'test_plan');
  const values = plan?.test_plan?.output_changes.policies.after;
  if (values === undefined) throw new Error(`Terraform planned nothing:\n${stdout}`);
  return Object.fromEntries(
    Object.entries(values).map(([name, byEnvironment]) => [
      name,
      Object.fromEntries(Object.entries(byEnvironment).map(([key, json]) => [key, JSON.parse(json)])),
    ]),
  );
}

interface Event {
  readonly type: string;
  readonly test_plan?: {
    readonly output_changes: {
      readonly policies: { readonly after: Readonly<Record<string, Readonly<Record<string, string>>>> };
    };
  };
}
