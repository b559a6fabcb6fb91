// The characters that generated text holds unescaped. A fixed list, because the runtime's Unicode version would change
// the bytes of a tree.

/**
 * Printable ASCII, and letters, digits and punctuation of the commonest scripts. Each of them is a grapheme cluster by
 * itself in every version of Unicode; characters that combine, join, change the direction, are empty or lie beyond the
 * first plane are left out.
 */
const READABLE = [
  ' -~',
  // Latin, phonetic and modifier letters
  '\\u00a1-\\u00ac\\u00ae-\\u02ff\\u1e00-\\u1eff',
  // Greek, Cyrillic, Armenian
  '\\u0370-\\u0377\\u037a-\\u037f\\u0384-\\u0482\\u048a-\\u052f\\u0531-\\u0556\\u0561-\\u0587',
  // Hebrew, Arabic, Devanagari, Thai
  '\\u05d0-\\u05ea\\u0620-\\u064a\\u0660-\\u0669\\u0904-\\u0939\\u0966-\\u096f\\u0e01-\\u0e30',
  // Punctuation and currencies
  '\\u2010-\\u2027\\u2030-\\u205e\\u20a0-\\u20bf',
  // Chinese, Japanese, Korean
  '\\u3001-\\u3029\\u3041-\\u3096\\u30a1-\\u30fe\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uff01-\\uff5e',
].join('');

const UNREADABLE = new RegExp(`[^${READABLE}]`, 'gu');

/** `\uXXXX`, or `\UXXXXXXXX` beyond the first plane, for every other character. */
export function escapeUnreadable(text: string): string {
  return text.replaceAll(UNREADABLE, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    const hex = codePoint.toString(16).toUpperCase();
    return codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}
