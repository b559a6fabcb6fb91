// Recognizes a file of another tool that stands where the spec belongs, from its lines. Data and one search. Pure.

interface ForeignFile {
  readonly name: string;
  /** Lines of the file; all must be there. */
  readonly lines: readonly RegExp[];
  /** A line that it never has. */
  readonly without?: RegExp;
  /** What to do with it, where it has a place beside the spec. */
  readonly advice?: string;
}

/** The spec's required keys, in YAML or JSON. */
const OWN_KEY = /\b(?:project_name|environments)["']?[ \t]*:/;
const OWN_TERRAFORM =
  'your own `.tf` files stand beside the generated ones: list them in `terraform.extra_files`';

const YAML_KEY = /^[\w-]+:(?: |$)/m;

const FOREIGN_FILES: readonly ForeignFile[] = [
  {
    name: 'a configuration of Terragrunt (terragrunt.hcl)',
    lines: [
      /^(?:include|dependency|remote_state|terraform|inputs|generate)\b[^:\n]*[{=]/m,
      /^(?:include|dependency|remote_state|inputs|generate)\b/m,
    ],
  },
  {
    name: 'a configuration of Terraform (HCL)',
    lines: [/^(?:terraform|provider|resource|data|module|variable|output|locals|moved|import)\b[^:\n]*\{/m],
    advice: OWN_TERRAFORM,
  },
  { name: 'a state of Terraform', lines: [/"terraform_version"[ \t]*:/, /"lineage"[ \t]*:/] },
  { name: 'a samconfig.toml (AWS SAM)', lines: [/^\[[\w-]+\.(?:deploy|build|global)\.parameters\]/m] },
  { name: 'a file of AWS profiles', lines: [/^\[[^\]\n]+\][ \t]*$/m, /^(?:aws_|region|sso_)\w*[ \t]*=/m] },
  { name: 'a TOML or INI file', lines: [/^\[[\w. -]+\][ \t]*$/m, /^[\w.-]+[ \t]*=/m], without: YAML_KEY },
  {
    name: 'a file of Terraform values (.tfvars)',
    lines: [/^[a-z_][a-z0-9_]*[ \t]*=[ \t]*\S/m],
    without: YAML_KEY,
  },
  {
    name: 'a serverless.yml (Serverless Framework or osls)',
    lines: [/^(?:service|frameworkVersion|functions|plugins):/m, /^(?:provider|functions):/m],
  },
  { name: 'a template of AWS SAM', lines: [/^Transform:[ ]*["']?AWS::Serverless/m] },
  {
    name: 'a template of AWS CloudFormation or SAM',
    lines: [/(?:^|[{,])[ \t]*["']?(?:AWSTemplateFormatVersion|Resources|Globals)["']?[ \t]*:/m],
  },
  { name: 'a cdk.json (AWS CDK)', lines: [/(?:^|[{,])[ \t]*"app"[ \t]*:/m] },
  {
    name: 'a program (SST, CDK or Pulumi)',
    lines: [/^(?:import .+ from |export default\b|const \w+ =|\/\/\/ <reference)/m],
  },
  {
    name: 'a stack manifest of Atmos',
    lines: [/^(?:components|vars|import|settings):/m, /^(?:components|vars):/m],
  },
  { name: 'a manifest of Kubernetes', lines: [/^apiVersion:/m, /^kind:/m] },
  { name: 'a file of Docker Compose', lines: [/^services:/m] },
  { name: 'a workflow of GitHub Actions', lines: [/^jobs:/m, /^(?:on|name|"on"):/m] },
  { name: 'a pipeline of GitLab', lines: [/^(?:stages|image|include|default|variables):/m, /^ +script:/m] },
  { name: 'a buildspec of AWS CodeBuild', lines: [/^phases:/m] },
  { name: 'a description of an API (OpenAPI)', lines: [/^(?:openapi|swagger):/m] },
  { name: 'a playbook of Ansible', lines: [/^- +(?:hosts|name):/m, /^ +(?:tasks|roles):/m] },
  { name: 'a Dockerfile', lines: [/^FROM +\S/m] },
  { name: 'a script', lines: [/^#!/] },
  { name: 'a project of Pulumi', lines: [/^runtime:/m, /^(?:name|description):/m] },
  { name: 'a package.json', lines: [/(?:^|[{,])[ \t]*"(?:dependencies|devDependencies|scripts)"[ \t]*:/m] },
  { name: 'a .env file', lines: [/^[A-Z][A-Z0-9_]*=/m], without: YAML_KEY },
];

export interface Recognized {
  readonly name: string;
  readonly advice: string | undefined;
  /** Options of `init` for the name, region and stage that the file gives. */
  readonly options: string;
}

/** Undefined for a file with a key of ours. */
export function recognizeForeignFile(text: string): Recognized | undefined {
  if (OWN_KEY.test(text)) return undefined;
  const found = FOREIGN_FILES.find(
    ({ lines, without }) => lines.every((line) => line.test(text)) && without?.test(text) !== true,
  );
  return found === undefined
    ? undefined
    : { name: found.name, advice: found.advice, options: readOptions(text) };
}

const PROJECT =
  /^[ \t]*["']?(?:service|name|project)["']?[ \t]*[:=][ \t]*["']?([a-z][a-z0-9-]{1,39})["']?,?[ \t]*$/m;
const REGION = /\b(?:aws_)?region["']?[ \t]*[:=][ \t]*["']?([a-z]{2}(?:-[a-z]+)+-\d)\b/;
const STAGE =
  /^[ \t]*["']?(?:stage|environment)["']?[ \t]*[:=][ \t]*["']?([a-z][a-z0-9-]{0,19})["']?,?[ \t]*$/m;

function readOptions(text: string): string {
  const [, project] = PROJECT.exec(text) ?? [];
  const [, region] = REGION.exec(text) ?? [];
  const [, stage = 'dev'] = STAGE.exec(text) ?? [];
  return [
    project === undefined ? '' : ` --project-name ${project}`,
    region === undefined ? '' : ` --environment ${stage}=${region}`,
  ].join('');
}
