// The roles of a spec, and the requests of Terraform that they deny.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedRequest } from '../../local-aws/recorded-requests.ts';
import { listDenied, listNeededPermissions } from './needed-by-requests.ts';
import { evaluateRolesOfSpec, listRoleStatements } from './role-policies.ts';

export interface DeploymentRoles {
  /** One line for each permission that the role lacks. Throws where the requests need few permissions. */
  listDenied(
    role: 'deploy' | 'plan',
    requests: readonly RecordedRequest[],
    isChosen?: (request: RecordedRequest, index: number) => boolean,
  ): Promise<string[]>;
}

/** The roles of an environment, whether or not the spec has roles. */
export async function readDeploymentRoles(spec: string, environment: string): Promise<DeploymentRoles> {
  const folder = mkdtempSync(join(tmpdir(), 'roles-'));
  try {
    const policies = await evaluateRolesOfSpec(spec, folder);
    return {
      listDenied: async (role, requests, isChosen) => {
        const needed = await listNeededPermissions(requests, isChosen);
        // A recording without requests would prove nothing.
        if (needed.length < 50)
          throw new Error(`only ${needed.length} permissions in ${requests.length} requests`);
        return listDenied(needed, listRoleStatements(policies, role, environment));
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
