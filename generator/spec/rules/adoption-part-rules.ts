// Checks that each adopted resource has a resource in the generated HCL; without one the import would fail.
import type { DiagnosticCode } from '../../diagnostics/codes.ts';
import type { SpecPath } from '../path-text.ts';
import type { ResolvedAdoption } from '../resolve.ts';
import { SECRETS } from './adoption-rules.ts';
import type { Report, Scope } from './rule.ts';

/**
 * SONO336: a secret that Terraform only reads; SONO337: a resource of another region; SONO338: a part that the spec
 * leaves out.
 */
export function checkAdoptedParts({ region }: Scope, report: Report): void {
  const { adopt, name, settings } = region;
  if (adopt === null) return;
  const refuse = (code: DiagnosticCode, path: SpecPath, what: string, fix: string): void =>
    report({ code, setting: ['adopt', name, ...path], what, fix });
  for (const { key, setting } of SECRETS) {
    const arnRegion = adopt[key]?.split(':')[3];
    if (arnRegion === undefined) continue;
    if (settings.secrets[setting].source === 'existing')
      refuse(
        'SONO336',
        [key],
        `\`secrets.${setting}.source\` is \`existing\`: Terraform only reads this secret`,
        'leave it out, or choose `source: managed`',
      );
    if (arnRegion !== name)
      refuse('SONO337', [key], `the secret is in ${arnRegion}, not in ${name}`, `give the secret of ${name}`);
  }
  for (const { path, what, fix } of listMissingParts(region.settings, adopt))
    refuse('SONO338', path, what, fix);
  if (adopt.bucket !== null && adopt.bucket_settings === null)
    report({
      code: 'SONO607',
      severity: 'warning',
      setting: ['adopt', name, 'bucket'],
      what: 'existing settings of the bucket would be overwritten without a line in the plan',
      fix: 'list the ones that the bucket has in `bucket_settings`; `[]` if it has none of them',
    });
}

interface MissingPart {
  readonly path: SpecPath;
  readonly what: string;
  readonly fix: string;
}

function listMissingParts(settings: Scope['region']['settings'], adopt: ResolvedAdoption): MissingPart[] {
  const { api, bucket, bucket_settings, log_groups } = adopt;
  const parts: MissingPart[] = [];
  if (bucket_settings?.includes('versioning') === true && !settings.s3.versioning)
    parts.push({
      path: ['bucket_settings'],
      what: 'the spec does not manage versioning, so it cannot be adopted',
      fix: 'set `s3.versioning: true`, or leave out `versioning`: the bucket keeps its setting',
    });
  if ((bucket_settings ?? []).length > 0 && bucket === null)
    parts.push({
      path: ['bucket_settings'],
      what: 'settings without their bucket',
      fix: 'name the bucket in `bucket`',
    });
  if (log_groups.api_execution !== null && api.id === null)
    parts.push({
      path: ['log_groups', 'api_execution'],
      what: 'a log group of an API that is not adopted',
      fix: 'give the API in `api`, or leave it out',
    });
  const apiParts: (readonly [SpecPath, string | null])[] = [
    [['api'], api.id],
    [['log_groups', 'api_access'], log_groups.api_access],
    [['log_groups', 'api_execution'], log_groups.api_execution],
  ];
  if (!settings.api_gateway.enabled)
    for (const [path, given] of apiParts)
      if (given !== null)
        parts.push({
          path,
          what: '`api_gateway.enabled` is false, so the API cannot be adopted',
          fix: 'leave it out, or enable the API',
        });
  return parts;
}
