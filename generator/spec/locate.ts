// Finds the position of a part of a spec in its file.
import { type Document, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { SpecPath } from './path-text.ts';

/** Start and end of a part of the text, in UTF-16 units from 0; the end is exclusive. */
export type TextRange = readonly [start: number, end: number];

/**
 * The range of the value at `path`, or of its key (`wantKey`); where the file lacks it, of the nearest ancestor. For a
 * mapping and for an empty value the range is that of the key.
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

/** Indexes the pairs by key: a hostile file may have a problem in each of 100,000 keys. */
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
