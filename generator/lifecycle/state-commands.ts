// The commands in hints that work on an environment's state: with the state in S3 its bucket comes first, because
// Terraform remembers the bucket of the last `init`, which may be another environment's.
import type { Change } from './change.ts';

/**
 * The command that turns to an environment's state; none where the state is beside the HCL. `terraform` is
 * `terraform -chdir=out`, or `terraform` alone for commands that are run in the output folder.
 */
export function initState({ resolved }: Change, environment: string, terraform: string): string[] {
  if (resolved.backend === 'local') return [];
  return [`${terraform} init -reconfigure -backend-config=${environment}.s3.tfbackend`];
}

/** The commands that copy the state of one workspace to another, which is made if it is missing. */
export function copyState(from: string, to: string, file: string): string[] {
  return [
    `terraform workspace select ${from}`,
    `terraform state pull > ${file}.tfstate`,
    `terraform workspace select -or-create ${to}`,
    `terraform state push ${file}.tfstate`,
    'terraform workspace select default',
  ];
}
