// An environment has one workspace: its own, or, with local states, `default` for the first one, and never both. What
// compares them stands in HCL, so that it also stops a saved plan that is applied in another workspace.
import type { ResolvedSpec } from '../spec/resolve.ts';
import { readTerraformMinor } from '../spec/rules/terraform-version.ts';
import type { Validation, VariableModel } from './stack-model.ts';

/** Since when a validation may read anything but its own variable, `terraform.workspace` included. */
const READS_OTHERS_SINCE_MINOR = 9;

/**
 * Before Terraform 1.9 a local value fails instead, on which the providers depend: a precondition would not do, because
 * `destroy` asks for none.
 */
export function needsGuardingLocal({ requiredVersion }: ResolvedSpec): boolean {
  return readTerraformMinor(requiredVersion) < READS_OTHERS_SINCE_MINOR;
}

/**
 * Whether the workspace is that of `var.environment`, and its only one. Names of environments have no character that HCL
 * would need escaped.
 */
export function describeWorkspaceGuards(spec: ResolvedSpec): readonly Validation[] {
  const [{ name: first }] = spec.environments;
  return [
    {
      condition: `terraform.workspace == var.environment || (terraform.workspace == "default" && var.environment == "${first}")`,
      message: {
        expression:
          '"The workspace ${terraform.workspace} is not that of the environment ${var.environment}. Run terraform workspace select -or-create ${var.environment}, or give the var-file of the environment that you mean."',
      },
    },
    spec.backend === 's3' ? REFUSE_DEFAULT : refuseSecondState(first),
  ];
}

/** In S3 the workspaces `default` and `dev` have two keys, and HCL cannot look at the other one. */
const REFUSE_DEFAULT: Validation = {
  condition: '!var.require_single_state || terraform.workspace == var.environment',
  message: {
    expression:
      '"With the state in S3 an environment has the workspace of its name. Run terraform workspace select -or-create ${var.environment}. If its state is in the workspace default, move it first: see docs/environments.md."',
  },
};

/** Local states lie beside the HCL, which can look at the other one: templates/main.tf.hbs. */
function refuseSecondState(first: string): Validation {
  return {
    condition: `!var.require_single_state || var.environment != "${first}" || local.other_resources == 0`,
    message: {
      expression:
        '"${var.environment} is deployed from the workspace ${local.other_workspace}: a second state would take over its queues, topics and alarms. Run terraform workspace select ${local.other_workspace}; docs/environments.md says how to move a state."',
    },
  };
}

/** Tests run in the workspace `default`, beside whatever states there are, and neither read nor write one. */
export const SINGLE_STATE_SWITCH: VariableModel = {
  name: 'require_single_state',
  type: 'bool',
  description: 'Stop where the environment may have a state in a second workspace; only tests turn it off.',
  default: true,
  nullable: false,
  secret: false,
  validations: [],
};
