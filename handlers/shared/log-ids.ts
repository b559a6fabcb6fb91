// Removes personal data from the ids of a log line: names, telephone numbers, addresses.
import type { LogFields } from './ports.ts';
import { sha256Hex } from './session-event.ts';

const OUTSIDE_IDS = ['session_id', 'event_id', 'api_request_id'] as const;
const AWS_IDS = ['message_id', 'request_id'] as const;
const WORD = /^[A-Za-z0-9_-]{1,160}$/;
/** A generated id: letters and digits, with the separators of this product's namespaces. */
const TOKEN = /^(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9_#-]{1,160}$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A telephone or account number: at least seven digits, possibly in groups, not next to a letter. */
const LONG_NUMBER = /(?<![A-Za-z0-9])\d(?:[_-]?\d){6,}(?![A-Za-z0-9])/;
const TYPE_NAME = /^[a-z_]{1,40}(?:\.[a-z_]{1,40}){1,4}$/;
const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const DIGEST_CHARACTERS = 16;

/**
 * Replaces untrusted fields by a digest: ids that are not plain tokens, event types that are not dotted names, reasons
 * that are not codes. A sender may use a telephone number, a name or an address as an id.
 */
export function withSafeIds(fields: LogFields): LogFields {
  const safe: Record<string, unknown> = { ...fields };
  for (const name of OUTSIDE_IDS) replace(safe, name, TOKEN);
  for (const name of AWS_IDS) replace(safe, name, WORD);
  const { event_type: type, reason } = fields;
  if (type !== undefined && !TYPE_NAME.test(type)) safe.event_type = toDigest(type);
  if (reason !== undefined && !CODE.test(reason)) safe.reason = toDigest(reason);
  return safe;
}

/** Replaces an id of another form by `sha256:` and the first 16 hex digits of its SHA-256. */
function replace(fields: Record<string, unknown>, name: string, form: RegExp): void {
  const id = fields[name];
  if (typeof id !== 'string' || UUID.test(id) || (form.test(id) && !LONG_NUMBER.test(id))) return;
  fields[name] = toDigest(id);
}

function toDigest(text: string): string {
  return `sha256:${sha256Hex(text).slice(0, DIGEST_CHARACTERS)}`;
}
