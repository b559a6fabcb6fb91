// Receives the record as each side of a Git merge has it, promises one record that guards what either side guards. Pure.
import { hasMarkers, splitSides } from '../merge-markers.ts';
import { DEPLOYED } from '../spec/inheritance.ts';
import { isObject, type JsonValue } from '../spec/json.ts';

/**
 * Parses a record, in a merge conflict both sides of it: everything that either side names is kept, because either may
 * be deployed. Of two different texts ours is kept.
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
  // Protected on one side is protected.
  if (typeof ours === 'boolean' && typeof theirs === 'boolean') return ours || theirs;
  return ours;
}

/** Deployed on one side is deployed. A side without a mark may be. */
function strongerMark(ours: JsonValue, theirs: JsonValue = 'unknown'): JsonValue {
  const marks: readonly JsonValue[] = DEPLOYED;
  const rank = (mark: JsonValue): number => marks.indexOf(mark);
  return rank(ours) < rank(theirs) ? theirs : ours;
}
