// A workspace holds one environment: its own, or, in the workspace `default`, the first one. What compares the two
// stands in HCL, so that it also stops a saved plan that is applied in another workspace.
import type { ResolvedSpec } from '../spec/resolve.ts';
import { readTerraformMinor } from '../spec/rules/terraform-version.ts';
import type { Validation } from './stack-model.ts';

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
 * Whether the workspace is that of `var.environment`. Names of environments have no character that HCL would need
 * escaped.
 */
export function describeWorkspaceGuard({ environments: [first] }: ResolvedSpec): Validation {
  return {
    condition: `terraform.workspace == var.environment || (terraform.workspace == "default" && var.environment == "${first.name}")`,
    message: {
      expression:
        '"The workspace ${terraform.workspace} is not that of the environment ${var.environment}. Run terraform workspace select -or-create ${var.environment}, or give the var-file of the environment that you mean."',
    },
  };
}
