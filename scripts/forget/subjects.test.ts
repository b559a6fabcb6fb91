import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatCsvLine } from '../sessions/format-found.ts';
import { digestAll, parseCsv, readSubjects } from './subjects.ts';

const subject = (session: string) => readSubjects({ session, recording: undefined, file: undefined }, '.');

test('reads what the CSV of sessions writes', () => {
  const cells = ['a,"b"\n', 'plain', '', 'x\r\n,'];
  expect(parseCsv(`x,y,z,v\r\n${formatCsvLine(cells)}`)).toEqual([['x', 'y', 'z', 'v'], cells]);
  expect(parseCsv('a\nb\n\nc')).toEqual([['a'], ['b'], ['c']]);
});

test('a list names sessions, and recordings in rows without a session', () => {
  const folder = mkdtempSync(join(tmpdir(), 'subjects-'));
  const read = (text: string) => {
    writeFileSync(join(folder, 'list.csv'), text);
    return readSubjects({ session: undefined, recording: undefined, file: 'list.csv' }, folder).map(
      ({ kind, id }) => `${kind} ${id}`,
    );
  };
  expect(
    read(
      '\uFEFFrecording,note,session_id\r\nincoming/a.wav,,sess_1\r\nincoming/b.wav,x,\r\n,only a note,\r\n',
    ),
  ).toEqual(['session sess_1', 'recording incoming/b.wav']);
  expect(read("recording\n'=1.wav\n'=1.wav\n")).toEqual(['recording =1.wav']);
  expect(() => read('session_id,recording,note\n,,x\n')).toThrow('list.csv names nothing.');
  rmSync(folder, { recursive: true });
});

test.each(['a"b', '"a"b', '"a', 'a\rb', 'ok\n"a" ,b'])(
  '%j names nobody: a part of an id is another id',
  (text) => {
    expect(() => parseCsv(text)).toThrow(/^Row [12] of the list is not CSV/);
  },
);

test('the name of a receipt depends on the set of subjects, the account and the environment alone', () => {
  const [one, other] = [...subject('a'), ...subject('b')];
  if (one === undefined || other === undefined) throw new Error('two subjects');
  const name = digestAll(['1', 'dev'], [one, other]);
  expect(digestAll(['1', 'dev'], [other, one])).toBe(name);
  expect(digestAll(['1', 'prod'], [one, other])).not.toBe(name);
  expect(digestAll(['2', 'dev'], [one, other])).not.toBe(name);
});

test.each([
  [{}, 'None of --session, --recording and --file is given.'],
  [{ session: 'a', recording: 'b' }, 'Only one of --session'],
  [{ session: '' }, '--session takes 1 to 2048 bytes'],
  [{ session: 'delivery#event#x' }, 'is an internal entry'],
  [{ file: 'no-such.csv' }, 'cannot be read'],
])('%j is refused', (options, message) => {
  const none = { session: undefined, recording: undefined, file: undefined };
  expect(() => readSubjects({ ...none, ...options }, '.')).toThrow(message);
});
