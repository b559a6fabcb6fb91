// The part of the tree's README about personal data: one table for all stacks that keep it alike. Pure.
import type { DeployedEnvironment } from '../model/stack-model.ts';
import { mapData } from '../spec/privacy/data-map.ts';
import type { DataPlace } from '../spec/privacy/data-place.ts';
import type { View } from './view.ts';

export function viewData(environments: readonly DeployedEnvironment[]): View[] {
  const tables = new Map<string, { readonly stacks: string[]; readonly rows: View[] }>();
  for (const { name, stacks } of environments)
    for (const { region, names, settings } of stacks) {
      const rows = mapData(names, settings).map(toRow);
      const key = JSON.stringify(rows);
      const { stacks: alike } = tables.get(key) ?? { stacks: [] };
      tables.set(key, { stacks: [...alike, `\`${name}\` in \`${region}\``], rows });
    }
  return [...tables.values()].map(({ stacks, rows }) => ({ stacks: stacks.join(', '), rows }));
}

const ERASED_BY: { readonly [erasure in DataPlace['erasure']]: string } = {
  forget: '`forget`',
  expires: 'its age alone',
  outside: 'its receivers',
};

/** Without physical names, which the section below has. */
function toRow({ data, where, key, kept, readers, settings, erasure }: DataPlace): View {
  return {
    data,
    where,
    key,
    kept,
    readers: readers.length === 0 ? '–' : readers.join(', '),
    settings: settings.length === 0 ? '–' : settings.map((setting) => `\`${setting}\``).join(', '),
    erased: ERASED_BY[erasure],
  };
}
