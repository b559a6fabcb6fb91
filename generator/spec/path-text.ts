// Paths in a spec and their text forms.

/** Keys (and list indices) from the root of the spec to a value. */
export type SpecPath = readonly (string | number)[];

/** For example `environments.dev.regions[0]`. */
export function formatPath(path: SpecPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

/** Splits a JSON pointer into keys and list indices. */
export function parsePointer(pointer: string): SpecPath {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
