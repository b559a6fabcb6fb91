// Text that others wrote, in the log, in summaries, comments and issues.

const CUT = '\n\n… cut here: the whole plan is in the log of the run …\n\n';
/** Of a text that is too long: how much of what is kept is its end, where Terraform sums up. */
const SHARE_OF_END = 0.3;
/**
 * Control and format characters (the ones that turn the direction of text among them), separators that count as line
 * breaks in some places, and lone surrogates. Tabs and line feeds stay.
 */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Spells out what nobody sees, such as `\u202e`: a reviewer would miss it, and a terminal could obey it.
 * @param {string} text
 */
export function makeVisible(text) {
  return text.replaceAll(UNSEEN, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/**
 * A block of code that the text cannot end.
 * @param {string} text
 */
export function fence(text) {
  const mark = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${mark}\n${makeVisible(text)}\n${mark}`;
}

/**
 * Code within a line that the text cannot end. Nothing in it is a mention, a link or HTML.
 * @param {string} text
 */
export function inlineCode(text) {
  const mark = '`'.repeat(longestRun(text) + 1);
  return `${mark} ${makeVisible(text).replaceAll('\n', ' ')} ${mark}`;
}

/** @param {string} text */
function longestRun(text) {
  return [...makeVisible(text).matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
}

/**
 * The beginning and the end of a text, all of it visible, at most `maxBytes` long in UTF-8, with a note between them
 * where it was cut.
 * @param {string} text
 * @param {number} maxBytes
 */
export function shorten(text, maxBytes) {
  const whole = makeVisible(text);
  const bytes = Buffer.from(whole);
  if (bytes.length <= maxBytes) return whole;
  const room = Math.max(0, maxBytes - Buffer.byteLength(CUT));
  const end = Math.floor(room * SHARE_OF_END);
  // A character that was cut in two becomes U+FFFD, which is no longer than what was cut off.
  const head = bytes
    .subarray(0, room - end)
    .toString('utf8')
    .replace(/\uFFFD+$/, '');
  const tail = bytes
    .subarray(bytes.length - end)
    .toString('utf8')
    .replace(/^\uFFFD+/, '');
  return `${head}${CUT}${tail}`;
}

/**
 * The largest of the texts that `compose` makes, given more and more bytes for what can be cut, that still fits.
 * @param {number} maxBytes
 * @param {(bytes: number) => string} compose
 */
export function composeWithin(maxBytes, compose) {
  let [fits, tooMuch] = [0, maxBytes + 1];
  while (tooMuch - fits > 1) {
    const bytes = Math.floor((fits + tooMuch) / 2);
    if (Buffer.byteLength(compose(bytes)) <= maxBytes) fits = bytes;
    else tooMuch = bytes;
  }
  return compose(fits);
}
