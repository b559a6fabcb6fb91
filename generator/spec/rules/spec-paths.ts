import type { SpecPath } from '../path-text.ts';

export function hasPath(value: unknown, path: SpecPath): boolean {
  let node = value;
  for (const segment of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, segment)) return false;
    node = (node as Record<string | number, unknown>)[segment];
  }
  return true;
}

export function readKeys(value: unknown, path: SpecPath): string[] {
  if (!hasPath(value, path)) return [];
  let node = value;
  for (const segment of path) node = (node as Record<string | number, unknown>)[segment];
  return typeof node === 'object' && node !== null ? Object.keys(node) : [];
}
