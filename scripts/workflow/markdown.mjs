// Text that others wrote, inside Markdown.

const CUT = '\n… (cut; the whole text is in the summary of the run)';

/**
 * A block of code that the text cannot end.
 * @param {string} text
 */
export function fence(text) {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}\n${text}\n${mark}`;
}

/**
 * The beginning of a text, at most `maxBytes` long in UTF-8, with a note where it was cut.
 * @param {string} text
 * @param {number} maxBytes
 */
export function truncate(text, maxBytes) {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const room = Math.max(0, maxBytes - Buffer.byteLength(CUT));
  // A character that was cut in two becomes U+FFFD, which is no longer than what was cut off.
  const start = Buffer.from(text)
    .subarray(0, room)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  return `${start}${CUT}`;
}
