// Evaluates the policy documents of many generated trees in one run of Terraform. The trees are reduced to their policy
// documents: each other resource is replaced by an object with an ARN of the resource's form, so that every policy is known.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { CUT_OFF } from '../cut-off.ts';

/** A root module that is planned on its own: `out` with the values of an environment, or `out/github-oidc`. */
export interface Root {
  readonly name: string;
  /** Path below the root -> HCL. */
  readonly files: ReadonlyMap<string, string>;
  /** HCL of a .tfvars file. */
  readonly values: string;
}

export interface PolicyDocument {
  /** The root's name. */
  readonly root: string;
  /** Of the data source, such as `webhook_handler`. */
  readonly name: string;
  /** Of `for_each`; an environment's name in `github-oidc`. */
  readonly key: string;
  readonly json: string;
}

export const SAMPLE_ACCOUNT = '222222222222';
const SAMPLE_ARNS: Readonly<Record<string, string>> = {
  aws_api_gateway_rest_api: 'arn:aws:apigateway:us-east-1::/restapis/a1b2c3',
  aws_api_gateway_stage: 'arn:aws:apigateway:us-east-1::/restapis/a1b2c3/stages/prod',
  aws_cloudwatch_log_group: `arn:aws:logs:us-east-1:${SAMPLE_ACCOUNT}:log-group:group`,
  aws_dynamodb_table: `arn:aws:dynamodb:us-east-1:${SAMPLE_ACCOUNT}:table/table`,
  aws_iam_openid_connect_provider: `arn:aws:iam::${SAMPLE_ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
  aws_iam_role: `arn:aws:iam::${SAMPLE_ACCOUNT}:role/role`,
  aws_kms_key: `arn:aws:kms:us-east-1:${SAMPLE_ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
  aws_lambda_function: `arn:aws:lambda:us-east-1:${SAMPLE_ACCOUNT}:function:function`,
  aws_s3_bucket: 'arn:aws:s3:::bucket',
  aws_secretsmanager_secret: `arn:aws:secretsmanager:us-east-1:${SAMPLE_ACCOUNT}:secret:secret-AbCdEf`,
  aws_sns_topic: `arn:aws:sns:us-east-1:${SAMPLE_ACCOUNT}:topic`,
  aws_sqs_queue: `arn:aws:sqs:us-east-1:${SAMPLE_ACCOUNT}:queue`,
  aws_wafv2_web_acl: `arn:aws:wafv2:us-east-1:${SAMPLE_ACCOUNT}:regional/webacl/acl/1`,
};

/** The other attributes that the trees' locals refer to. */
const SAMPLE_TEXTS = {
  account_id: SAMPLE_ACCOUNT,
  bucket: 'bucket',
  dns_suffix: 'amazonaws.com',
  domain_name: 'hooks.example.com',
  execution_arn: `arn:aws:execute-api:us-east-1:${SAMPLE_ACCOUNT}:a1b2c3`,
  function_name: 'function',
  id: 'id',
  key_id: 'key',
  // Of a secret: the form that needs the most conditions.
  kms_key_id: 'alias/secrets',
  name: 'name',
  partition: 'aws',
};
const EMPTY_LISTS = ['global_secondary_index', 'names'];

const DOCUMENT = 'aws_iam_policy_document';
const PROVIDER = `provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
`;

/** Plans all roots in `folder`. Throws where a policy is not known. */
export async function evaluateDocuments(
  roots: readonly Root[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<PolicyDocument[]> {
  const calls = roots.map((root, index) => {
    for (const [directory, hcl] of reduce(root)) {
      mkdirSync(join(folder, `root${index}`, directory), { recursive: true });
      writeFileSync(join(folder, `root${index}`, directory, 'main.tf'), hcl);
    }
    return `module "root${index}" {\n  source = "./root${index}"\n\n${listArguments(root)}\n}\n`;
  });
  writeFileSync(join(folder, 'main.tf'), [PROVIDER, ...calls].join('\n'));
  const options = { cwd: folder, env: { ...CUT_OFF, ...env }, maxBuffer: 500_000_000 };
  await execa('terraform', ['init', '-input=false', '-no-color'], options);
  await execa('terraform', ['plan', '-input=false', '-no-color', '-out=plan'], options);
  const { stdout } = await execa('terraform', ['show', '-json', 'plan'], options);
  const { prior_state } = JSON.parse(stdout) as { prior_state: { values: { root_module: StateModule } } };
  return listDocuments(prior_state.values.root_module).map(({ address, name, index, values }) => ({
    root: roots[Number(/^module\.root(\d+)\./.exec(address)?.[1])]?.name ?? '',
    name,
    key: String(index ?? ''),
    json: values.json,
  }));
}

interface StateModule {
  readonly resources?: readonly {
    readonly address: string;
    readonly type: string;
    readonly name: string;
    readonly index?: string | number;
    readonly values: { readonly json: string };
  }[];
  readonly child_modules?: readonly StateModule[];
}

type StateResource = NonNullable<StateModule['resources']>[number];

function listDocuments({ resources = [], child_modules = [] }: StateModule): StateResource[] {
  return [...resources.filter(({ type }) => type === DOCUMENT), ...child_modules.flatMap(listDocuments)];
}

/** The values, and one for each variable that has no default. */
function listArguments({ files, values }: Root): string {
  const given = new Set([...values.matchAll(/^(\w+)\s*=/gm)].map(([, name]) => name));
  const missing = [...files]
    .filter(([path]) => !path.includes('/'))
    .flatMap(([, hcl]) => [...hcl.matchAll(/^variable "(\w+)" \{\n([\s\S]*?)^\}/gm)])
    .filter(([, name = '', body = '']) => !given.has(name) && !/^ {2}default\b/m.test(body))
    .map(([, name]) => `${name} = "none"`);
  return [values, ...missing].join('\n');
}

/** Directory -> the HCL that is left of it. */
function reduce({ files }: Root): Map<string, string> {
  const directories = new Map<string, string>();
  for (const [path, hcl] of files) {
    const directory = path.split('/').slice(0, -1).join('/');
    if (!path.endsWith('.tf') || path.startsWith('tests/')) continue;
    directories.set(directory, `${directories.get(directory) ?? ''}\n${reduceFile(hcl)}`);
  }
  return directories;
}

const BLOCK = /^(\w+)((?: "[^"]+")*) \{(?:\}|\n([\s\S]*?)^\})/gm;

function reduceFile(hcl: string): string {
  return [...hcl.replaceAll('terraform.workspace', 'var.environment').matchAll(BLOCK)]
    .map(([text, kind, labels = '', body = '']) => reduceBlock({ text, kind: kind ?? '', labels, body }))
    .join('\n')
    .replaceAll(/\b(data\.)?(aws_\w+)\.(\w+)/g, (reference, data, type, name) =>
      type === DOCUMENT ? reference : `local.${data ? 'data_' : ''}${type}__${name}`,
    );
}

function reduceBlock(block: { text: string; kind: string; labels: string; body: string }): string {
  const { text, kind, labels, body } = block;
  const [type = '', name = ''] = [...labels.matchAll(/"([^"]+)"/g)].map(([, label]) => label ?? '');
  if (kind === 'locals' || type === DOCUMENT) return text;
  if (kind === 'module') return text.replace(/^ {2}providers = \{[\s\S]*?^ {2}\}\n/m, '');
  // The values are the spec's, which its own rules have checked.
  if (kind === 'variable') return text.replaceAll(/^ {2}validation \{[\s\S]*?^ {2}\}\n/gm, '');
  if (kind !== 'resource' && kind !== 'data') return '';
  return `locals {\n  ${kind === 'data' ? 'data_' : ''}${type}__${name} = ${sampleOf(type, body)}\n}\n`;
}

/** One object, a list of one, or a map, as `count` and `for_each` make it. */
function sampleOf(type: string, body: string): string {
  const texts = { ...SAMPLE_TEXTS, arn: SAMPLE_ARNS[type] ?? `arn:aws:none:::${type}` };
  const attributes = [
    ...Object.entries(texts).map(([name, text]) => `${name} = "${text}"`),
    ...EMPTY_LISTS.map((name) => `${name} = []`),
  ];
  const object = `{ ${attributes.join(', ')} }`;
  const count = /^ {2}count\s*= (.*)/m.exec(body)?.[1];
  if (count !== undefined) return `[for _ in range(${count}) : ${object}]`;
  const keys = /^ {2}for_each\s*= (.*(?:\n(?: {4}.*| {2}[})\]].*))*)/m.exec(body)?.[1];
  return keys === undefined ? object : `{ for key, _ in ${keys} : key => ${object} }`;
}
