// Makes untrusted text safe in the log, in summaries, comments and issues.

const CUT = '\n\n… cut here: the whole plan is in the log of the run …\n\n';
/** Share of a cut text's limit that goes to its end, where Terraform sums up. */
const SHARE_OF_END = 0.3;
/**
 * Control and format characters (including those that change the text's direction), separators that some programs treat as
 * line breaks, and lone surrogates. Excludes tabs and line feeds.
 */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Writes invisible characters as escapes such as `\u202e`: a reviewer would miss them, and a terminal could obey them.
 * @param {string} text
 */
export function makeVisible(text) {
  return text.replaceAll(UNSEEN, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16);
    return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/**
 * Formats a block of code that the text cannot end.
 * @param {string} text
 */
export function fence(text) {
  const mark = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${mark}\n${makeVisible(text)}\n${mark}`;
}

/**
 * Formats inline code that the text cannot end. Mentions, links and HTML in it have no effect.
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
 * Cuts a text to at most `maxBytes` of UTF-8: its beginning, a note about the cut, and its end. Makes all characters visible.
 * @param {string} text
 * @param {number} maxBytes
 */
export function shorten(text, maxBytes) {
  const whole = makeVisible(text);
  const bytes = Buffer.from(whole);
  if (bytes.length <= maxBytes) return whole;
  const room = Math.max(0, maxBytes - Buffer.byteLength(CUT));
  const end = Math.floor(room * SHARE_OF_END);
  // A character that was cut in two becomes U+FFFD, which takes no more bytes than the cut removed.
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
 * Returns the largest text of `compose` that fits into `maxBytes`; `compose` gets the limit for its parts that can be cut.
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
