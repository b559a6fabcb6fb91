// Receives --session, --recording and --file, promises the subjects: what is to be forgotten, each once.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Problem } from '../../generator/command-line/problem.ts';
import { type ForgottenKind, tombstoneKey } from '../../handlers/shared/tombstone.ts';
import type { Stack } from '../operator/open-spec.ts';
import type { StoredItem } from '../operator/stored-events.ts';
import { readCsvCell } from '../sessions/format-found.ts';
import { checkSearch } from '../sessions/search.ts';

export interface Subject {
  readonly kind: ForgottenKind;
  /** The `session_id` of the table, or the key of a recording. */
  readonly id: string;
  /** Of kind and id, as in its tombstone. */
  readonly digest: string;
}

export interface SubjectEvents {
  readonly stack: Stack;
  readonly subject: Subject;
  readonly events: readonly StoredItem[];
  /** In the partition of the subject: references to events of other sessions. */
  readonly references: readonly StoredItem[];
}

interface SubjectOptions {
  readonly session: string | undefined;
  readonly recording: string | undefined;
  readonly file: string | undefined;
}

const MAX_SUBJECTS = 100_000;

/** Throws a `Problem` unless exactly one of the options is given. */
export function readSubjects({ session, recording, file }: SubjectOptions, workingDir: string): Subject[] {
  const given = [session, recording, file].filter((value) => value !== undefined);
  if (given.length !== 1)
    throw new Problem({
      what:
        given.length === 0
          ? 'None of --session, --recording and --file is given.'
          : 'Only one of --session, --recording and --file is allowed.',
      fix: 'give one of --session, --recording and --file',
    });
  if (session !== undefined) return [toSubject('session', session)];
  if (recording !== undefined) return [toSubject('recording', recording)];
  return readList(resolve(workingDir, file ?? ''), file ?? '');
}

export function toSubject(kind: ForgottenKind, id: string): Subject {
  checkSearch({ [kind === 'session' ? 'sessionId' : 'recording']: id, types: [], labels: [], decisions: [] });
  const digest = tombstoneKey(kind, id).session_id.S.split('#').at(-1) ?? '';
  return { kind, id, digest };
}

/** One digest for a set of subjects, whatever their order; `place` is the account and the environment. */
export function digestAll(place: readonly string[], subjects: readonly Subject[]): string {
  const digests = subjects.map(({ digest }) => digest).sort();
  return createHash('sha256')
    .update(JSON.stringify([...place, ...digests]))
    .digest('hex');
}

/** The first that a row fills names its subject. */
const COLUMNS = [
  { name: 'session_id', kind: 'session' },
  { name: 'recording', kind: 'recording' },
] as const;

/** A CSV with a column `session_id` or `recording`, or both; that of `sessions --format csv` is one. */
function readList(path: string, name: string): Subject[] {
  let text: string;
  try {
    // Without the byte order mark.
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (cause) {
    throw new Problem({ what: `${name} cannot be read.`, why: String(cause) }, { cause });
  }
  const [header = [], ...rows] = parseCsv(text);
  const columns = COLUMNS.filter(({ name: column }) => header.includes(column));
  if (columns.length === 0)
    throw new Problem({
      what: `${name} has no column session_id or recording.`,
      fix: 'write the name of the column in its first line',
    });
  const subjects = new Map<string, Subject>();
  for (const row of rows) {
    const cells = columns.map(({ name: column, kind }) => ({
      kind,
      id: readCsvCell(row[header.indexOf(column)] ?? ''),
    }));
    const filled = cells.find(({ id }) => id !== '');
    if (filled === undefined) continue;
    const subject = toSubject(filled.kind, filled.id);
    subjects.set(subject.digest, subject);
  }
  if (subjects.size === 0) throw new Problem({ what: `${name} names nothing.` });
  if (subjects.size > MAX_SUBJECTS)
    throw new Problem({ what: `${name} names more than ${MAX_SUBJECTS}.`, fix: 'forget them in parts' });
  return [...subjects.values()];
}

/** RFC 4180. Throws a `Problem` at a quote in the wrong place: a part of an id may be the id of somebody else. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  for (let end = ','; end !== ''; ) {
    const line = rows.length;
    const match = cell.exec(text);
    if (match === null)
      throw new Problem({
        what: `Row ${line} of the list is not CSV.`,
        why: 'A cell contains a quote or a line break but is not quoted, or a quote is not closed.',
        fix: 'quote the cell, and double each quote in it',
      });
    const [, quoted, plain = ''] = match;
    end = match[3] ?? '';
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== '' && end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.some((each) => each !== ''));
}

/** Identifies an item of a table. */
export function nameItem({ session_id, timestamp }: StoredItem): string {
  return JSON.stringify([session_id?.S, timestamp?.N]);
}

/** SHA-256 of an identity, apart from all other uses of it. */
export function digest(identity: readonly (string | undefined)[]): string {
  return createHash('sha256')
    .update(JSON.stringify(['sonotheia-terraform/erased/v1', ...identity]))
    .digest('hex');
}
