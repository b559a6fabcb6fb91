import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMetadata, readSessionMetadata } from './recording-metadata.ts';

describe('metadata as S3 returns it', () => {
  test.each([
    ['sess_1', 'sess_1'],
    ['=?UTF-8?B?5bGx55Sw?=', '山田'],
    ['=?utf-8?q?Jos=C3=A9_P=C3=A9rez?=', 'José Pérez'],
    ['=?UTF-8?B?5bGx?= =?UTF-8?Q?=E7=94=B0?=', '山田'],
    ['sess =?UTF-8?B?5bGx?=', 'sess 山'],
    ['not UTF-8: =?UTF-8?B?/w==?=', 'not UTF-8: =?UTF-8?B?/w==?='],
    ['=?ISO-8859-1?Q?Jos=E9?=', '=?ISO-8859-1?Q?Jos=E9?='],
    ['=?UTF-8?B?', '=?UTF-8?B?'],
  ])('%s', (given, text) => {
    expect(decodeMetadata(given)).toBe(text);
  });

  test('any text is read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const base64 = Buffer.from(text).toString('base64');
        expect(decodeMetadata(`=?UTF-8?B?${base64}?=`)).toBe(text);
      }),
    );
  });

  test('the session of a recording is that of its webhooks', () => {
    expect(readSessionMetadata({ 'session-id': '=?UTF-8?B?5bGx55Sw?=' })).toBe('山田');
    expect(readSessionMetadata({ 'session-id': '=?UTF-8?Q?case=237?=' })).toBe('session#case#7');
    expect(readSessionMetadata({})).toBeUndefined();
    expect(readSessionMetadata()).toBeUndefined();
  });
});
