// Git's conflict markers in a file that this generator wrote: generating again resolves them, so both sides are read.

/** A line that Git puts around a conflict; `diff3` style adds the one with bars. */
const MARKER = /^(?:<{7}|\|{7}|>{7})(?: .*)?$|^={7}$/;

/** Whether the line is a conflict marker; a carriage return at its end does not count. */
export function isMarker(line: string): boolean {
  return MARKER.test(line.replace(/\r$/, ''));
}

/** Whether the text holds a conflict that nobody has resolved. */
export function hasMarkers(text: string): boolean {
  return text.split('\n').some(isMarker);
}

/** The text as each side of the merge has it; the common ancestor of `diff3` style belongs to neither. */
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
