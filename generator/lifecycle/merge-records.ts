// Merges both sides of a Git conflict in the record into one that guards everything that either side guards. Pure.
import { hasMarkers, splitSides } from '../merge-markers.ts';
import { DEPLOYED } from '../spec/inheritance.ts';
import { isObject, type JsonValue } from '../spec/json.ts';

/**
 * Parses a record, or both sides of its merge conflict. Keeps all entries of both sides, because either may be
 * deployed; of two different texts it keeps ours.
 * @throws SyntaxError when the text, or a side of it, is not JSON
 */
export function parseSides(text: string): JsonValue {
  if (!hasMarkers(text)) return JSON.parse(text);
  const { ours, theirs } = splitSides(text);
  return mergeValues(JSON.parse(ours), JSON.parse(theirs));
}

function mergeValues(ours: JsonValue, theirs: JsonValue): JsonValue {
  if (isObject(ours) && isObject(theirs)) {
    const shared = Object.entries(ours).map(([key, value]) => {
      const other = Object.hasOwn(theirs, key) ? theirs[key] : undefined;
      if (key === 'deployed') return [key, strongerMark(value, other)];
      return [key, other === undefined ? value : mergeValues(value, other)];
    });
    return { ...theirs, ...Object.fromEntries(shared) };
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const known = new Set(ours.map((item) => JSON.stringify(item)));
    return [...ours, ...theirs.filter((item) => !known.has(JSON.stringify(item)))];
  }
  // Protected if one side is.
  if (typeof ours === 'boolean' && typeof theirs === 'boolean') return ours || theirs;
  return ours;
}

/** Deployed if one side is. A side without a mark counts as `unknown`. */
function strongerMark(ours: JsonValue, theirs: JsonValue = 'unknown'): JsonValue {
  const marks: readonly JsonValue[] = DEPLOYED;
  const rank = (mark: JsonValue): number => marks.indexOf(mark);
  return rank(ours) < rank(theirs) ? theirs : ours;
}
