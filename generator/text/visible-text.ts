// Makes text from a spec safe to print, and measures it: control and invisible characters are written as escapes, and
// each piece has its width in columns.

/** One grapheme: what a reader sees as one character. */
export interface Cell {
  /** Safe to print. */
  readonly text: string;
  /** Columns on a terminal. */
  readonly width: number;
  /** Where it starts in the source line, in UTF-16 units from 0. */
  readonly start: number;
}

const TAB_WIDTH = 4;
/** More combining marks than any script stacks on one letter; further ones would cover the neighbouring lines. */
const LONGEST_CLUSTER = 24;

// Control characters, invisible characters, direction overrides, line separators, lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const ALL_UNSAFE = new RegExp(UNSAFE.source, 'gu');
/** Joiners are invisible too, but they are part of emoji and of some scripts' letters. */
const JOINERS = /[\u200c\u200d]/gu;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
const MARKS_ONLY = /^\p{M}+$/u;
// Unicode's East Asian Width W and F, in whole blocks.
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;

/** Splits part of a line into cells. `start` is the position of its first character in the line. */
export function splitIntoCells(text: string, start = 0): Cell[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return [...segmenter.segment(text)].map(({ segment, index }) => ({
    ...measureCluster(segment),
    start: start + index,
  }));
}

/** Writes characters that would control a terminal as escapes, such as `\u001b` and `\n`. */
export function escapeUnsafe(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return splitIntoCells(text.replaceAll('\t', '\\t'))
    .map((cell) => cell.text)
    .join('');
}

function measureCluster(cluster: string): { text: string; width: number } {
  if (cluster === '\t') return { text: ' '.repeat(TAB_WIDTH), width: TAB_WIDTH };
  const isJoined = cluster.length > 1;
  const checked = isJoined ? cluster.replace(JOINERS, '') : cluster;
  if (UNSAFE.test(checked) || cluster.length > LONGEST_CLUSTER) {
    const text = cluster.length > LONGEST_CLUSTER ? escapeEvery(cluster) : escapeAll(cluster);
    return { text, width: text.length };
  }
  // A mark without a letter would be drawn on the character before it; a space of its own keeps the carets in place.
  if (MARKS_ONLY.test(cluster)) return { text: ` ${cluster}`, width: 1 };
  return { text: cluster, width: EMOJI.test(cluster) || WIDE.test(cluster) ? 2 : 1 };
}

/** Like `escapeUnsafe`, and also escapes joiners, tabs and line breaks. For unchecked text, such as an uploader's file name. */
export function escapeAll(text: string): string {
  return text.replace(ALL_UNSAFE, escapeCharacter);
}

function escapeEvery(text: string): string {
  return [...text].map(escapeCharacter).join('');
}

function escapeCharacter(character: string): string {
  const short: Partial<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return short[character] ?? (code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`);
}
