// Roles, their policies, and policy documents. A document's findings are about all of its statements.
import type { Check } from './check.ts';
import { asList, isPublic, listAllowing, type Resource, type Statement } from './stack-state.ts';

/** Actions that are allowed on every resource, and that IAM could restrict to some. */
function readFreeActions(policy: unknown): readonly string[] {
  return listAllowing(policy)
    .filter(({ Resource: resource }) => asList(resource).includes('*'))
    .flatMap(({ Action }) => asList(Action))
    .filter((action) => !/^(xray:Put|ec2:Describe)/.test(action));
}

const EXPOSES_CREDENTIALS = /^(\*|iam:(\*|Create(AccessKey|LoginProfile))|sts:(\*|AssumeRole|Get\w+Token))$/;
const READS_DATA = /^(\*|s3:(\*|GetObject)|ssm:(\*|GetParameters?)|secretsmanager:(\*|GetSecretValue))$/;
const CHANGES_PERMISSIONS =
  /^(\*|\w+:\*|\w+:(Put|Create|Delete|Set|Attach|Add|Remove)\w*(Policy|Grant|Permission))$/;
const ESCALATES = /^(\*|iam:(\*|PassRole|Create\w+|Attach\w+|Put\w+|Add\w+|Update\w+))$/;
const WRITES =
  /^(\*|\w+:(\*|(Put|Create|Delete|Update|Set|Send|Publish|Encrypt|Decrypt|ReEncrypt|Generate|Assign|Unassign)\w*\*?))$/;

const DOCUMENT = 'aws_iam_policy_document';
const ROLE_POLICY = ['aws_iam_role_policy', 'aws_iam_policy'];

function forPolicies(
  id: string,
  asks: string,
  types: readonly string[],
  passes: (policy: unknown) => boolean,
): Check {
  return {
    id,
    asks,
    findFailures: (stack) => stack.of(...types).filter((policy) => !passes(readText(policy))),
  };
}

function readText({ type, values }: Resource): unknown {
  return type === DOCUMENT ? values.json : values.policy;
}

/** The same question has one id for documents and one for policies. */
function freeOf(documentId: string, policyId: string, asks: string, pattern: RegExp): Check[] {
  const passes = (policy: unknown): boolean =>
    !readFreeActions(policy).some((action) => pattern.test(action));
  return [
    forPolicies(documentId, asks, [DOCUMENT], passes),
    forPolicies(policyId, asks, ROLE_POLICY, passes),
  ];
}

function forRoles(id: string, asks: string, passes: (statement: Statement) => boolean): Check {
  return {
    id,
    asks,
    findFailures: (stack) =>
      stack.of('aws_iam_role').filter(({ values }) => !listAllowing(values.assume_role_policy).every(passes)),
  };
}

function forAttachments(id: string, asks: string, pattern: RegExp): Check {
  return {
    id,
    asks,
    findFailures: (stack) =>
      stack
        .of('aws_iam_role_policy_attachment', 'aws_iam_policy_attachment', 'aws_iam_role')
        .filter(({ values }) => pattern.test(JSON.stringify(values))),
  };
}

const noActionWildcard = (policy: unknown): boolean =>
  listAllowing(policy).every(({ Action }) => !asList(Action).includes('*'));
const noGithub = (statement: Statement): boolean =>
  !/githubusercontent/.test(JSON.stringify(statement.Principal));

export const IAM_CHECKS: readonly Check[] = [
  forRoles('CKV_AWS_60', 'roles for named services', (statement) => !isPublic(statement)),
  forRoles(
    'CKV_AWS_61',
    'roles for named principals',
    ({ Principal }) => !/:root"/.test(JSON.stringify(Principal)),
  ),
  forRoles('CKV_AWS_393', 'safe claims of GitHub; no role here trusts it', noGithub),
  forPolicies('CKV_AWS_358', 'safe claims of GitHub; no document here trusts it', [DOCUMENT], (policy) =>
    listAllowing(policy).every(noGithub),
  ),
  forPolicies('CKV_AWS_62', 'no administrator', ROLE_POLICY, noActionWildcard),
  forPolicies('CKV_AWS_63', 'no wildcard as the action', ROLE_POLICY, noActionWildcard),
  forPolicies('CKV2_AWS_40', 'not all of IAM', [DOCUMENT, ...ROLE_POLICY], (policy) =>
    listAllowing(policy).every(
      ({ Action }) => !asList(Action).some((action) => ['*', 'iam:*'].includes(action)),
    ),
  ),
  forAttachments('CKV_AWS_274', 'no AdministratorAccess', /\/AdministratorAccess"/),
  forAttachments('CKV2_AWS_56', 'no IAMFullAccess', /\/IAMFullAccess"/),
  forPolicies('CKV_AWS_283', 'no permission for everybody without a condition', [DOCUMENT], (policy) =>
    listAllowing(policy).every((statement) => !isPublic(statement) || statement.Condition !== undefined),
  ),
  ...freeOf('CKV_AWS_110', 'CKV_AWS_286', 'no privilege escalation', ESCALATES),
  ...freeOf('CKV_AWS_107', 'CKV_AWS_287', 'no exposure of credentials', EXPOSES_CREDENTIALS),
  ...freeOf('CKV_AWS_108', 'CKV_AWS_288', 'no reading of all data', READS_DATA),
  ...freeOf('CKV_AWS_109', 'CKV_AWS_289', 'no change of all permissions', CHANGES_PERMISSIONS),
  ...freeOf('CKV_AWS_111', 'CKV_AWS_290', 'no writing everywhere', WRITES),
  ...freeOf('CKV_AWS_356', 'CKV_AWS_355', 'resources where there can be some', /./),
];
