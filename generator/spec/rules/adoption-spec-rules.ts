// Checks of adoption as a whole: its regions and the Terraform version that it needs.
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { LoadedSpec } from '../load.ts';
import { formatPath } from '../path-text.ts';
import type { ResolvedSpec } from '../resolve.ts';
import { readKeys } from './spec-paths.ts';
import { readTerraformMinor } from './terraform-version.ts';

/** SONO337: an adoption in a region that the environment does not list. */
export function checkAdoptedRegions(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  return resolved.environments.flatMap(({ name, regions }) =>
    readKeys(spec.value, ['environments', name, 'adopt'])
      .filter((region) => !regions.some((own) => own.name === region))
      .map((region): Diagnostic => {
        const path = ['environments', name, 'adopt', region];
        return {
          code: 'SONO337',
          severity: 'error',
          path: formatPath(path),
          location: spec.locateKey(path),
          what: `adopts in ${region}, which is not one of the environment's regions`,
          fix: `add ${region} to \`regions\`, or remove it here`,
        };
      }),
  );
}

const IMPORT_FOR_EACH_MINOR = 7;

/** SONO339: one tree serves all environments, so import blocks need `for_each`, which came with Terraform 1.7. */
export function checkImportSupport(resolved: ResolvedSpec, spec: LoadedSpec): Diagnostic[] {
  const adopts = resolved.environments.some(({ regions }) => regions.some(({ adopt }) => adopt !== null));
  const minor = readTerraformMinor(resolved.requiredVersion);
  if (!adopts || minor >= IMPORT_FOR_EACH_MINOR) return [];
  const path = ['terraform', 'required_version'];
  return [
    {
      code: 'SONO339',
      severity: 'error',
      path: formatPath(path),
      location: spec.locate(path),
      what: `\`adopt\` needs Terraform 1.${IMPORT_FOR_EACH_MINOR}; the spec allows 1.${minor}`,
      why: `Terraform: import blocks accept \`for_each\` from 1.${IMPORT_FOR_EACH_MINOR} on`,
      fix: `require >= 1.${IMPORT_FOR_EACH_MINOR}`,
    },
  ];
}
