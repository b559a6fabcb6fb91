// Reports SONO210 for each key and value of a loaded spec that holds an invisible character.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isObject, type JsonValue } from './json.ts';
import type { LoadedSpec } from './load.ts';
import { formatPath, type SpecPath } from './path-text.ts';

/**
 * Control characters, format characters (which hide text or change its direction) and line separators. They control
 * terminals and mislead readers of a plan, a comment or a bill. YAML escapes carry them past the parser.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

interface Place {
  readonly path: SpecPath;
  readonly character: string;
  readonly atKey: boolean;
}

export function checkCharacters(
  spec: LoadedSpec,
): { readonly diagnostic: Diagnostic; readonly path: SpecPath }[] {
  return findUnseen(spec.value as JsonValue, []).map(({ path, character, atKey }) => ({
    path,
    diagnostic: {
      code: 'SONO210',
      severity: 'error',
      what: `holds the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}, which is invisible`,
      path: formatPath(path),
      location: atKey ? spec.locateKey(path) : spec.locate(path),
      why: 'this generator: terminals, plans and comments show names, tags and addresses',
      fix: 'remove the character, or write the text again by hand',
    },
  }));
}

function findUnseen(value: JsonValue, path: SpecPath): Place[] {
  if (typeof value === 'string') {
    const [character] = UNSEEN.exec(value) ?? [];
    return character === undefined ? [] : [{ path, character, atKey: false }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => findUnseen(item, [...path, index]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const [character] = UNSEEN.exec(key) ?? [];
    const inKey = character === undefined ? [] : [{ path: [...path, key], character, atKey: true }];
    return [...inKey, ...findUnseen(child, [...path, key])];
  });
}
