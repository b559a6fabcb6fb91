// Paths in a spec, and as text.

/** Keys (and list indices) from the root of the spec to a value. */
export type SpecPath = readonly (string | number)[];

/** `environments.dev.regions[0]`, as people write it. */
export function formatPath(path: SpecPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('');
}

/** A JSON pointer's keys and list indices. */
export function parsePointer(pointer: string): SpecPath {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
