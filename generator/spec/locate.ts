// Where the parts of a spec stand in its file.
import { type Document, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { SpecPath } from './path-text.ts';

/** A stretch of the text, in UTF-16 units from 0; `end` is the first one that no longer belongs to it. */
export type TextRange = readonly [start: number, end: number];

/**
 * Walks as far along `path` as the file goes and returns the stretch of what it finds there: the key (`wantKey`) or
 * the value. Of a mapping, and of a value that is not written, the key says more about what is meant.
 */
export function findRange(document: Document.Parsed, path: SpecPath, wantKey: boolean): TextRange {
  let node: unknown = document.contents;
  let range = rangeOf(node) ?? [0, 0];
  for (const [index, segment] of path.entries()) {
    const isLast = index === path.length - 1;
    if (isMap(node)) {
      const pair = indexKeys(node).get(segment);
      if (pair === undefined) return range;
      const value = rangeOf(pair.value);
      const isKeyMeant =
        !isLast || wantKey || value === undefined || value[0] === value[1] || isMap(pair.value);
      range = (isKeyMeant ? rangeOf(pair.key) : value) ?? range;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(segment)];
      const itemRange = rangeOf(item);
      if (itemRange === undefined) return range;
      range = itemRange;
      node = item;
    } else return range;
  }
  return range;
}

const INDEXES = new WeakMap<YAMLMap, ReadonlyMap<unknown, Pair>>();

/** The pairs by key: a hostile file has a problem in each of a hundred thousand keys. */
function indexKeys(map: YAMLMap): ReadonlyMap<unknown, Pair> {
  const known = INDEXES.get(map);
  if (known !== undefined) return known;
  const index = new Map(map.items.map((pair) => [isScalar(pair.key) ? pair.key.value : undefined, pair]));
  INDEXES.set(map, index);
  return index;
}

function rangeOf(node: unknown): TextRange | undefined {
  if (!isNode(node) || node.range === undefined || node.range === null) return undefined;
  return [node.range[0], node.range[1]];
}
