// An environment has exactly one workspace: that of its name or, with local states, `default` for the first
// environment. The check is HCL, so that it also stops a saved plan that is applied in another workspace.
import type { ResolvedSpec } from '../spec/resolve.ts';
import { readTerraformMinor } from '../spec/rules/terraform-version.ts';
import type { Validation, VariableModel } from './stack-model.ts';

/** From this minor version on, a validation may read other values, such as `terraform.workspace`. */
const READS_OTHERS_SINCE_MINOR = 9;

/**
 * Before Terraform 1.9 the providers depend on a local value that fails instead. `destroy` evaluates no preconditions.
 */
export function needsGuardingLocal({ requiredVersion }: ResolvedSpec): boolean {
  return readTerraformMinor(requiredVersion) < READS_OTHERS_SINCE_MINOR;
}

/**
 * Validations that the workspace is the right and only one of `var.environment`. Names of environments need no escapes
 * in HCL.
 */
export function describeWorkspaceGuards(spec: ResolvedSpec): readonly Validation[] {
  const [{ name: first }] = spec.environments;
  return [
    {
      condition: `terraform.workspace == var.environment || (terraform.workspace == "default" && var.environment == "${first}")`,
      message: {
        expression:
          '"The workspace ${terraform.workspace} is not that of the environment ${var.environment}. Run terraform workspace select -or-create ${var.environment}, or use the var-file of this workspace."',
      },
    },
    spec.backend === 's3' ? REFUSE_DEFAULT : refuseSecondState(first),
  ];
}

/** In S3 the workspaces `default` and `dev` have different keys, and HCL cannot read the other one. */
const REFUSE_DEFAULT: Validation = {
  condition: '!var.require_single_state || terraform.workspace == var.environment',
  message: {
    expression:
      '"With the state in S3 an environment has the workspace of its name. Run terraform workspace select -or-create ${var.environment}. If its state is in the workspace default, move it first: see docs/environments.md."',
  },
};

/** Local states are in the output folder, so HCL can check for the other one: templates/main.tf.hbs. */
function refuseSecondState(first: string): Validation {
  return {
    condition: `!var.require_single_state || var.environment != "${first}" || local.other_resources == 0`,
    message: {
      expression:
        '"${var.environment} is deployed from the workspace ${local.other_workspace}: a second state would take over its queues, topics and alarms. Run terraform workspace select ${local.other_workspace}; docs/environments.md of sonotheia-terraform says how to move a state."',
    },
  };
}

/** Tests run in the workspace `default` and neither read nor write a state, so they ignore existing states. */
export const SINGLE_STATE_SWITCH: VariableModel = {
  name: 'require_single_state',
  type: 'bool',
  description: 'Stop where the environment may have a state in a second workspace; only tests turn it off.',
  default: true,
  nullable: false,
  secret: false,
  validations: [],
};
