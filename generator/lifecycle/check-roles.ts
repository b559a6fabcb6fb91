// Checks for roles that cannot move to another path, because their name stays.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { formatPath } from '../spec/path-text.ts';
import { ownsLoggingRole } from '../spec/stack-parts.ts';
import { type Change, findSetting, type KeptEnvironment } from './change.ts';
import { readGuardedValues } from './guarded-settings.ts';

const FREE_NAMES =
  'change `function_prefix` in the same step, which gives functions and roles new names; the logs of the old functions are deleted';
const FREE_LOGGING_ROLE = 'set `api_gateway.account_role: never` for one apply';

/**
 * SONO357. The API's deployment and a domain's stage are created before the old ones are destroyed, and Terraform extends
 * that to everything that they depend on: the webhook handler's role and the API logging role.
 */
export function checkRoles(change: Change, { name, before, after }: KeptEnvironment): Diagnostic[] {
  const hasDomain = change.resolved.environments.some(({ regions }) =>
    regions.some(({ settings: { api_gateway } }) => api_gateway.enabled && api_gateway.domain.name !== null),
  );
  return after.regions.flatMap((region): Diagnostic[] => {
    const path = before.regions[region.name]?.settings?.['iam.role_path'];
    const now = readGuardedValues(region.settings)['iam.role_path'];
    const isNamesake = before.function_prefix === after.functionPrefix;
    const keepsLogging =
      hasDomain && ownsLoggingRole(region.settings) && before.project_name === after.projectName;
    if (path === undefined || path === now || !(isNamesake || keepsLogging)) return [];
    const ways = [...(isNamesake ? [FREE_NAMES] : []), ...(keepsLogging ? [FREE_LOGGING_ROLE] : [])];
    const at = findSetting(change, { environment: name, region: region.name }, [['iam', 'role_path']]) ?? [
      'environments',
      name,
    ];
    return [
      {
        code: 'SONO357',
        severity: 'error',
        path: formatPath(at),
        location: change.spec.locate(at),
        what: `the next apply of ${name} would fail in ${region.name}: it creates roles in \`${now}\` before it destroys those of the same names in \`${path}\``,
        why: "AWS IAM: a role's name is unique in the account, whatever its path, and a role cannot move",
        fix: `put it back: \`iam.role_path: ${path}\`; or ${ways.join(', and ')}`,
      },
    ];
  });
}
