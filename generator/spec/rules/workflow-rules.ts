// Checks the workflow: its schedule, its Terraform version and its roles.
import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { LoadedSpec } from '../load.ts';
import { formatPath, type SpecPath } from '../path-text.ts';
import type { ResolvedSpec } from '../resolve.ts';
import { isReachable, MAX_ROLE_NAME_LENGTH, nameWorkflowRole } from '../workflow-roles.ts';
import { findCronProblem } from './cron.ts';
import { isTerraformAccepted, readTerraformMinor } from './terraform-version.ts';

interface Problem {
  readonly code: DiagnosticCode;
  readonly at: SpecPath;
  readonly what: string;
  /** Who sets the limit, and the limit. */
  readonly why?: string;
  readonly fix: string;
  readonly severity?: Diagnostic['severity'];
}

/** Checks the workflow settings; returns no diagnostics if the workflow is disabled. */
export function checkWorkflow(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  if (!resolved.workflow.enabled) return [];
  const problems = [
    ...checkSchedule(resolved),
    ...checkVersion(resolved),
    ...checkRunners(resolved),
    ...checkPlannedSecrets(resolved),
    ...checkRoles(resolved),
    ...checkSecretReaders(resolved),
    ...checkReach(resolved),
  ];
  return problems.map(({ code, at, what, why, fix, severity = 'error' }) => ({
    code,
    severity,
    what,
    path: formatPath(at),
    location: spec.locate(at),
    ...(why === undefined ? {} : { why }),
    fix,
  }));
}

function checkSchedule({ workflow }: ResolvedSpec): Problem[] {
  if (workflow.drift_schedule === null) return [];
  const what = findCronProblem(workflow.drift_schedule);
  if (what === undefined) return [];
  const fix = 'minute, hour, day of month, month, day of week; for example "23 5 * * *"';
  const why = 'GitHub Actions: a schedule has five cron fields, in UTC';
  return [{ code: 'SONO350', at: ['workflow', 'drift_schedule'], what, why, fix }];
}

function checkVersion({ workflow, requiredVersion }: ResolvedSpec): Problem[] {
  if (isTerraformAccepted(workflow.terraform_version, requiredVersion)) return [];
  return [
    {
      code: 'SONO351',
      at: ['workflow', 'terraform_version'],
      what: `Terraform ${workflow.terraform_version} does not meet terraform.required_version, ${requiredVersion}`,
      fix: 'name a newer version',
    },
  ];
}

/** GitHub's own labels: `windows-2025`, `macos-latest-large`; and the ones that it gives to runners of one's own. */
const OTHER_SYSTEM = /^(?:windows|macos)(?:-|$)/i;

function checkRunners({ workflow: { runs_on } }: ResolvedSpec): Problem[] {
  const label = [runs_on ?? []].flat().find((each) => OTHER_SYSTEM.test(each));
  if (label === undefined) return [];
  return [
    {
      code: 'SONO358',
      at: ['workflow', 'runs_on'],
      what: `\`${label}\` is not a label of runners with Linux`,
      why: 'this generator: the steps of the workflow need Linux and bash',
      fix: 'for example `runs_on: ubuntu-24.04`',
    },
  ];
}

/** Plan jobs have no secrets, so a plan must not contain one. */
function checkPlannedSecrets({ backend, environments, requiredVersion }: ResolvedSpec): Problem[] {
  const hasManagedSecret = environments.some(({ regions }) =>
    regions.some(({ settings: { secrets } }) =>
      [secrets.api_key, secrets.webhook_secret].some(({ source }) => source === 'managed'),
    ),
  );
  if (backend !== 's3' || readTerraformMinor(requiredVersion) >= 11 || !hasManagedSecret) return [];
  return [
    {
      code: 'SONO352',
      at: ['terraform', 'required_version'],
      what: 'before Terraform 1.11 managed secrets are part of the plan, but the workflow plans without them',
      why: 'Terraform: write-only arguments came with 1.11',
      fix: 'require >= 1.11, use `source: existing` for the secrets, or set `workflow.enabled: false`',
    },
  ];
}

function checkRoles({ workflow, environments }: ResolvedSpec): Problem[] {
  const { oidc, github } = workflow;
  if (!oidc.roles) return [];
  const problems: Problem[] = [];
  if (github.repository === null || github.owner_id === null || github.repository_id === null) {
    problems.push({
      code: 'SONO353',
      at: ['workflow', 'oidc', 'roles'],
      what: 'the roles trust one repository: its name and both ids must be known',
      why: 'AWS IAM: a trust policy of GitHub must say which repository may assume the role',
      fix: "set `workflow.github`; `gh api repos/OWNER/NAME --jq '.owner.id, .id'` prints the ids",
    });
  }
  for (const environment of environments) {
    const name = nameWorkflowRole(environment, 'deploy');
    if (name.length <= MAX_ROLE_NAME_LENGTH) continue;
    problems.push({
      code: 'SONO354',
      at: ['environments', environment.name],
      what: `the role name \`${name}\` has ${name.length} characters`,
      why: `AWS IAM: a role's name has at most ${MAX_ROLE_NAME_LENGTH} characters`,
      fix: 'choose a shorter `project_name` or environment',
    });
  }
  return problems;
}

/** Anybody who can open a pull request can run code under the plan role. */
function checkSecretReaders({ workflow: { oidc } }: ResolvedSpec): Problem[] {
  if (!oidc.roles || !oidc.plan_reads_secrets) return [];
  return [
    {
      code: 'SONO612',
      severity: 'warning',
      at: ['workflow', 'oidc', 'plan_reads_secrets'],
      what: 'anybody who can open a pull request from a branch of the repository can read the managed secrets',
      why: 'a pull request runs its own code under the role that plans; only AWS providers before 6.26 read secrets when they refresh',
      fix: 'use AWS provider 6.26 or newer (`npx sonotheia lock-providers`) and remove this key',
    },
  ];
}

function checkReach(resolved: ResolvedSpec): Problem[] {
  if (resolved.backend !== 's3' || resolved.workflow.credentials !== 'oidc') return [];
  return resolved.environments
    .filter((environment) => !isReachable(resolved, environment))
    .map(({ name }) => ({
      code: 'SONO610',
      severity: 'warning' as const,
      at: ['environments', name],
      what: 'the workflow neither plans nor applies this environment: its roles are not known',
      fix: 'set `plan_role_arn` and `deploy_role_arn`, or `workflow.enabled: false`; docs/workflow.md says how to make the roles',
    }));
}
