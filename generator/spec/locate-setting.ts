// The place of a setting in the spec, for problems with the files that it names: only the stages after the spec read files.
import type { SourceLocation } from '../diagnostics/diagnostic.ts';
import { loadSpec } from './load.ts';
import type { SpecPath } from './path-text.ts';

export function locateSetting(file: string, bytes: Uint8Array, path: SpecPath): SourceLocation {
  const loaded = loadSpec(file, bytes);
  return loaded.ok ? loaded.value.locate(path) : { file, line: 1, column: 1 };
}
