// Receives diagnostics, promises text for people, programs or GitHub. Pure: sources come through `readSource`. Control
// characters and line breaks from a spec are escaped.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { escapeUnsafe } from '../text/visible-text.ts';
import { buildCodeFrame, splitLines } from './code-frame.ts';
import { describeAsJson, formatForGithub } from './machine-formats.ts';
import { maskDiagnostic, maskSecrets } from './mask-secrets.ts';
import { type Paint, plain, withAnsi } from './paint.ts';

export const DIAGNOSTIC_FORMATS = ['text', 'json', 'github'] as const;
export type DiagnosticFormat = (typeof DIAGNOSTIC_FORMATS)[number];

export interface FormatOptions {
  readonly format: DiagnosticFormat;
  /** ANSI colours, in text only. */
  readonly colour: boolean;
  /** Returns a file's text by its name in the diagnostics; undefined means no code frame. */
  readonly readSource: (file: string) => string | undefined;
}

/** Limit of the formats for people; JSON has all. */
const MOST_SHOWN = 100;
const LONGEST_PATH = 160;
const LONGEST_MESSAGE = 1000;

/**
 * Formats diagnostics in the given order. The result ends with a line end, unless it is empty. `text` separates them by
 * an empty line and begins each with `file:line:column: severity code: path: message`; `json` is one array, which may be
 * empty; `github` has one workflow command a line. No format shows text that stands where a secret would. `text` and `github` show the first hundred.
 */
export function formatDiagnostics(given: readonly Diagnostic[], options: FormatOptions): string {
  const readLines = cacheLines(options.readSource);
  const diagnostics = given.map((diagnostic) => maskIn(diagnostic, readLines));
  if (options.format === 'json') {
    return `${escapeForTerminal(JSON.stringify(diagnostics.map(describeAsJson), null, 2))}\n`;
  }
  const shown = diagnostics.slice(0, MOST_SHOWN);
  if (options.format === 'github') return shown.map(formatForGithub).join('');
  const paint = options.colour ? withAnsi : plain;
  const texts = shown.map((diagnostic) => `${formatText(diagnostic, readLines, paint)}\n`);
  const more = diagnostics.length - shown.length;
  return [...texts, ...(more > 0 ? [`${more} more are not shown; \`--format json\` has them.\n`] : [])].join(
    '\n',
  );
}

function formatText(diagnostic: Diagnostic, readLines: ReadLines, paint: Paint): string {
  const { severity, location, why, fix } = diagnostic;
  const lines = location?.endColumn === undefined ? undefined : readLines(location.file)?.masked;
  const frame = lines === undefined || location === undefined ? undefined : buildCodeFrame(lines, location);
  const frameLines = (frame?.lines ?? []).map(({ gutter, text, kind }) =>
    `  ${paint('gutter', gutter)} ${kind === 'carets' ? paint(severity, text) : text}`.trimEnd(),
  );
  const notes = [
    ...(why === undefined ? [] : [`  ${paint('label', 'why:')} ${escapeUnsafe(why)}`]),
    ...(fix === undefined ? [] : [`  ${paint('label', 'hint:')} ${escapeUnsafe(fix)}`]),
  ];
  return [formatHeader(diagnostic, paint), ...frameLines, ...notes].join('\n');
}

function formatHeader({ code, severity, what, path, location }: Diagnostic, paint: Paint): string {
  const where = location ? `${escapeUnsafe(location.file)}:${location.line}:${location.column}: ` : '';
  const subject = path === '' ? '' : `${escapeUnsafe(shorten(path, LONGEST_PATH))}: `;
  const text = escapeUnsafe(shorten(what, LONGEST_MESSAGE));
  return `${paint('place', where)}${paint(severity, `${severity} ${code}`)}: ${paint('message', `${subject}${text}`)}`;
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** JSON.stringify escapes only the C0 controls; this escapes the other unsafe characters, which leaves the values equal. */
function escapeForTerminal(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

interface Lines {
  readonly plain: readonly string[];
  /** What is shown: as long, with stars for secrets. */
  readonly masked: readonly string[];
}

type ReadLines = (file: string) => Lines | undefined;

function maskIn(diagnostic: Diagnostic, readLines: ReadLines): Diagnostic {
  const { location } = diagnostic;
  const lines = location === undefined ? undefined : readLines(location.file);
  return lines === undefined || location === undefined
    ? diagnostic
    : maskDiagnostic(diagnostic, location, lines);
}

/** Reads and splits each file once, however many diagnostics it has. */
function cacheLines(readSource: FormatOptions['readSource']): ReadLines {
  const files = new Map<string, Lines | undefined>();
  return (file) => {
    if (!files.has(file)) {
      const source = readSource(file);
      const lines = source === undefined ? undefined : splitLines(source);
      files.set(file, lines && { plain: lines, masked: maskSecrets(lines) });
    }
    return files.get(file);
  };
}
