// `explain retention`: what each stack of a spec keeps about people. Pure.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nameStack } from '../spec/naming.ts';
import { mapData } from '../spec/privacy/data-map.ts';
import type { DataPlace } from '../spec/privacy/data-place.ts';
import type { ResolvedSpec } from '../spec/resolve.ts';
import { escapeAll } from '../text/visible-text.ts';
import { wrapText } from '../text/wrap-text.ts';

const ERASURES: { readonly [erasure in DataPlace['erasure']]: string } = {
  forget: 'npx sonotheia forget',
  expires: 'by its age alone',
  outside: 'by its receivers',
};

/** Whether a warning names a copy that outlives its original. */
export function isAboutRetention({ code }: Diagnostic): boolean {
  return ['SONO621', 'SONO622', 'SONO623', 'SONO624'].includes(code);
}

const WIDTH = 96;
/** Indentation of the texts; the labels are in it. */
const MARGIN = ' '.repeat(13);

export function explainRetention({ environments }: ResolvedSpec): string {
  const stacks = environments.flatMap((environment) =>
    environment.regions.map((region) => {
      const places = mapData(nameStack(environment, region), region.settings);
      return `${environment.name} in ${region.name}\n\n${places.map(formatPlace).join('\n')}`;
    }),
  );
  return stacks.join('\n');
}

function formatPlace(place: DataPlace): string {
  const { data, where, name, key, keyName, kept, readers, settings, erasure } = place;
  const rows = [
    ['where', `${where} (${name})`],
    ['key', keyName === null ? key : `${key}: ${keyName}`],
    ['kept', kept],
    ...(readers.length === 0 ? [] : [['read by', readers.join(', ')]]),
    ...(settings.length === 0 ? [] : [['change', settings.join(', ')]]),
    ['erased', ERASURES[erasure]],
  ].flatMap(([label = '', text = '']) => {
    const [first = '', ...others] = wrapText(escapeAll(text.replaceAll('`', '')), MARGIN, WIDTH);
    return [`    ${label}`.padEnd(MARGIN.length) + first.trimStart(), ...others];
  });
  const title = `${data.slice(0, 1).toUpperCase()}${data.slice(1)}`.replaceAll('`', '');
  return `  ${title}\n${rows.join('\n')}\n`;
}
