// View of imports.tf, which exists only if an environment adopts resources.

import { renderLiteral } from '../literals/hcl.ts';
import { SESSIONS_TABLE } from '../model/adoption.ts';
import type { ImportModel, StackModel } from '../model/stack-model.ts';
import type { View } from './view.ts';

export function viewImports({ imports }: StackModel): View {
  return {
    imports: imports.map((item) => ({
      to: `module.${item.region}[0].${item.address}`,
      forEach: renderForEach(item),
    })),
    tables: imports
      .filter(({ address }) => address === SESSIONS_TABLE)
      .map((item) => ({ region: item.region, forEach: renderForEach(item) })),
  };
}

/** The ids by environment, filtered to the deployed one. */
function renderForEach({ ids }: ImportModel): string {
  const pairs = Object.entries(ids).map(([name, id]) => `${renderLiteral(name)} = ${renderLiteral(id)}`);
  return `{ for name, id in { ${pairs.join(', ')} } : name => id if contains(local.adopting, name) }`;
}
