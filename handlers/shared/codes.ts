// Reads codes: words that may leave the table. Free text could contain a person's name.
import { isJsonObject, type JsonObject } from './json.ts';

const CODE = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Reads a label or a decision; undefined for any other value. */
export function readCode(value: unknown): string | undefined {
  return typeof value === 'string' && CODE.test(value) ? value : undefined;
}

/** Reads an error code, in which some services write `.` or `-` for `_`. */
export function toErrorCode(value: unknown): string | undefined {
  return readCode(typeof value === 'string' ? value.replace(/[.-]/g, '_') : value);
}

/** Returns the code of the error that an event states. */
export function errorCodeOf({ error, error_code }: JsonObject): string | undefined {
  return toErrorCode(isJsonObject(error) ? error.code : undefined) ?? toErrorCode(error_code);
}
