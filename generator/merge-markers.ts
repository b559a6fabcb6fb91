// Git's conflict markers in generated files. Generating again resolves them, so both sides must be readable.

/** A marker line of a conflict; `diff3` style adds the one with bars. */
const MARKER = /^(?:<{7}|\|{7}|>{7})(?: .*)?$|^={7}$/;

/** Whether the line is a conflict marker, with or without a carriage return at its end. */
export function isMarker(line: string): boolean {
  return MARKER.test(line.replace(/\r$/, ''));
}

/** Whether the text holds an unresolved conflict. */
export function hasMarkers(text: string): boolean {
  return text.split('\n').some(isMarker);
}

/** The text of each side of the merge, without the common ancestor of `diff3` style. */
export function splitSides(text: string): { readonly ours: string; readonly theirs: string } {
  const sides = { ours: [] as string[], theirs: [] as string[] };
  let reading: readonly (keyof typeof sides)[] = ['ours', 'theirs'];
  for (const line of text.split('\n')) {
    if (!isMarker(line)) for (const side of reading) sides[side].push(line);
    else if (line.startsWith('<')) reading = ['ours'];
    else if (line.startsWith('|')) reading = [];
    else if (line.startsWith('=')) reading = ['theirs'];
    else reading = ['ours', 'theirs'];
  }
  return { ours: sides.ours.join('\n'), theirs: sides.theirs.join('\n') };
}
