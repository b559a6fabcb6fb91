// Commands for hints that work on an environment's state. With the state in S3, `init` selects the bucket first:
// Terraform uses the one of the last `init`, which may be another environment's.
import type { Change } from './change.ts';

/**
 * The `init` command for an environment's state; none for a local state. `terraform` is `terraform -chdir=out`, or
 * `terraform` alone for commands to run in the output folder.
 */
export function initState({ resolved }: Change, environment: string, terraform: string): string[] {
  if (resolved.backend === 'local') return [];
  return [`${terraform} init -reconfigure -backend-config=${environment}.s3.tfbackend`];
}

/** The commands that copy the state of one workspace to another, which they create if needed. */
export function copyState(from: string, to: string, file: string): string[] {
  return [
    `terraform workspace select ${from}`,
    `terraform state pull > ${file}.tfstate`,
    `terraform workspace select -or-create ${to}`,
    `terraform state push ${file}.tfstate`,
    'terraform workspace select default',
  ];
}
