// Words and lines of a YAML text, by offset.
import type { TextRange } from './locate.ts';

/** From `start` to the end of the word, quoted text or line. */
export function readToken(text: string, start: number): TextRange {
  const line = readLine(text, start);
  const token = /^(?:"[^"]*"|'[^']*'|[^\s:,[\]{}]+|.)/u.exec(line)?.[0] ?? '';
  return [start, start + Math.max(1, token.length)];
}

export function readLine(text: string, start: number): string {
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}

export function findLineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

export function measureIndent(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

/** Quotes a text as YAML and JSON do, for a hint. */
export function quote(text: string): string {
  const quoted = shorten(JSON.stringify(text.trim()));
  return text.includes('`') ? quoted : `\`${quoted}\``;
}

/** Shortens a quoted text so that a message stays readable. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
