// The page of an export, readable in any browser. It loads nothing, runs no script, and escapes all texts of events and
// file names.
import { createHash } from 'node:crypto';
import { escapeMarkup } from '../../generator/text/escape-markup.ts';
import { escapeAll } from '../../generator/text/visible-text.ts';
import type { Found } from '../sessions/find-items.ts';
import { TABLE_HEADER, toExactObject, toRow } from '../sessions/format-found.ts';
import type { ExportedRecording, LeftOut } from './export-recordings.ts';

export interface PageContents {
  readonly sessionId: string;
  readonly environment: string;
  /** The regions that were searched. */
  readonly regions: readonly string[];
  /** ISO 8601. */
  readonly exportedAt: string;
  readonly found: readonly Found[];
  readonly recordings: readonly ExportedRecording[];
  readonly leftOut: readonly LeftOut[];
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8886; }
pre, td { overflow-wrap: anywhere; white-space: pre-wrap; }
`;

export function renderPage({
  sessionId,
  environment,
  regions,
  exportedAt,
  found,
  recordings,
  leftOut,
}: PageContents): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${toHtml(`Session ${sessionId}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${toHtml(`Session ${sessionId}`)}</h1>
<p>${toHtml(`All data that ${environment} kept about this session in ${regions.join(', ')} on ${exportedAt}.`)}
<a href="items.json">items.json</a> has the events for programs; <a href="manifest.json">manifest.json</a> has the digest of each file.</p>
<h2>Events (${found.length})</h2>
${renderTable(
  TABLE_HEADER,
  found.map(toRow).map((row) => row.map(toHtml)),
)}
${found.map(renderEvent).join('\n')}
<h2>Recordings (${recordings.length})</h2>
${renderTable(['file', 'stored as', 'time', 'bytes', 'SHA-256'], recordings.map(toRecordingRow))}
${leftOut.length === 0 ? '' : renderLeftOut(leftOut)}
</body>
</html>
`;
}

function toRecordingRow({ file, version }: ExportedRecording): string[] {
  const link = `<a href="${toHtml(file.path)}">${toHtml(file.path)}</a>`;
  const texts = [`${version.bucket}/${version.key}`, version.modifiedAt, String(file.bytes), file.sha256];
  return [link, ...texts.map(toHtml)];
}

function renderEvent(found: Found): string {
  const { event_type, occurred_at } = found.announcement;
  const title = toHtml(`${occurred_at} ${event_type}`);
  return `<details><summary>${title}</summary><pre>${toHtml(indentJson(toExactObject(found.item)))}</pre></details>`;
}

function renderLeftOut(leftOut: readonly LeftOut[]): string {
  const rows = leftOut.map(({ version, reason }) => [`${version.bucket}/${version.key}`, reason].map(toHtml));
  return `<h2>Not included (${leftOut.length})</h2>\n${renderTable(['recording', 'reason'], rows)}`;
}

/** Cells are HTML. */
function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '<p>None.</p>';
  const line = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<div><table><thead>${line(header, 'th')}</thead>\n<tbody>${rows.map((row) => line(row, 'td')).join('\n')}</tbody></table></div>`;
}

/** Also shows characters that would hide or turn around what follows. Line breaks stay in `<pre>` alone. */
function toHtml(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeMarkup(escapeAll(line)))
    .join('\n');
}

/** A line for each member and entry: `JSON.stringify` would round numbers. */
function indentJson(json: string): string {
  let depth = 0;
  const breakLine = (): string => `\n${'  '.repeat(depth)}`;
  return json.replace(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g, (token) => {
    if (token === ':') return ': ';
    if (token === ',') return `,${breakLine()}`;
    if (token === '{' || token === '[') {
      depth += 1;
      return token + breakLine();
    }
    if (token !== '}' && token !== ']') return token;
    depth -= 1;
    return breakLine() + token;
  });
}
