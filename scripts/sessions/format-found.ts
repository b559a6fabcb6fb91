// Writes found events: as exact JSON, as a line of CSV, as a row of a table.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fromAttributeMap } from '../../handlers/shared/adapters/attribute-values.ts';
import { errorCodeOf } from '../../handlers/shared/codes.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import type { Found } from './find-items.ts';

/** JSON with the digits of DynamoDB's numbers: a JavaScript number would lose those of a sort key. */
export function toExactJson(value: AttributeValue): string {
  if (value.N !== undefined) return value.N;
  if (value.L !== undefined) return `[${value.L.map(toExactJson).join(',')}]`;
  if (value.M !== undefined) return toExactObject(value.M);
  if (value.NS !== undefined) return `[${value.NS.join(',')}]`;
  if (value.BS !== undefined) return JSON.stringify(value.BS.map(toBase64));
  if (value.B !== undefined) return JSON.stringify(toBase64(value.B));
  return JSON.stringify(value.S ?? value.BOOL ?? value.SS ?? null);
}

export function toExactObject(item: StoredItem): string {
  const members = Object.entries(item).map(
    ([key, member]) => `${JSON.stringify(key)}:${toExactJson(member)}`,
  );
  return `{${members.join(',')}}`;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** One JSON object without line breaks; `more` are members that are JSON already. */
export function toJsonLine({ stack, item }: Found, more = ''): string {
  return `{"region":${JSON.stringify(stack.region.name)},"item":${toExactObject(item)}${more}}`;
}

export const CSV_COLUMNS = [
  'region',
  'session_id',
  'timestamp',
  'occurred_at',
  'received_at',
  'event_id',
  'event_type',
  'score',
  'risk',
  'label',
  'decision',
  'error_code',
  'status',
  'test',
  'recording',
  'filed_as',
] as const;

/** RFC 4180, with the line's end. */
export function toCsvLine(found: Found): string {
  const { announcement, item, stack } = found;
  const { session_id, timestamp, occurred_at, received_at, event_id, event_type } = announcement;
  const { risk, label, decision, test } = announcement;
  const data = item.data?.M;
  const cells: Record<(typeof CSV_COLUMNS)[number], string | undefined> = {
    region: stack.region.name,
    session_id,
    timestamp,
    occurred_at,
    received_at,
    event_id,
    event_type,
    score: readExactScore(found),
    risk,
    label,
    decision,
    error_code: announcement.error_code ?? errorCodeOf(fromAttributeMap(data)),
    status: item.status?.S,
    test: String(test),
    recording: data?.key?.S,
    filed_as: data?.target_key?.S,
  };
  return formatCsvLine(CSV_COLUMNS.map((column) => cells[column] ?? ''));
}

export function formatCsvLine(cells: readonly string[]): string {
  return `${cells.map(toCsvCell).join(',')}\r\n`;
}

/** Also in full width, which some languages type. */
const FORMULA = /^['=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n\0]/;

/**
 * A cell that a spreadsheet would run as a formula gets an apostrophe in front: ids and keys are chosen by senders.
 * A cell that begins with one gets another, so that the text can be read back.
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function toCsvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell that `formatCsvLine` wrote. */
export function readCsvCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}

export const TABLE_HEADER = [
  'region',
  'time',
  'session',
  'type',
  'score',
  'risk',
  'label',
  'decision',
  'event',
];

export function toRow(found: Found): string[] {
  const { session_id, occurred_at, event_type, risk, label, decision, error_code, event_id, test } =
    found.announcement;
  return [
    found.stack.region.name,
    occurred_at.slice(0, 19).replace('T', ' '),
    session_id,
    event_type,
    readExactScore(found) ?? '-',
    risk ?? '-',
    label ?? error_code ?? '-',
    decision ?? '-',
    `${event_id}${test ? ' (test)' : ''}`,
  ];
}

/** With all of its digits; undefined where the announcement has none. */
function readExactScore({ announcement, item }: Found): string | undefined {
  if (announcement.score === undefined) return undefined;
  const { N, S } = item.data?.M?.score ?? {};
  return N ?? S?.trim();
}
