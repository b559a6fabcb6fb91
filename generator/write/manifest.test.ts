import { describe, expect, it } from 'vitest';
import { createManifest, formatManifest, hashContents, parseManifest } from './manifest.ts';

const HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const OTHER_HASH = HASH.replaceAll('e', 'f');
const parse = (text: string): Record<string, string[]> | undefined => {
  const recorded = parseManifest(Buffer.from(text));
  return recorded && Object.fromEntries([...recorded].map(([path, hashes]) => [path, [...hashes]]));
};

describe('a manifest', () => {
  it('is read as it was written, in the order of code units', () => {
    const files = ['b.tf', 'a.tf', 'Z.tf', 'modules/ä.tf'].map((path) => ({
      path,
      contents: Buffer.from(''),
    }));
    const bytes = formatManifest(createManifest(files));
    expect(Object.entries(parse(Buffer.from(bytes).toString()) ?? {})).toEqual([
      ['Z.tf', [HASH]],
      ['a.tf', [HASH]],
      ['b.tf', [HASH]],
      ['modules/ä.tf', [HASH]],
    ]);
    expect(hashContents(Buffer.from('a'))).toBe(
      'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb',
    );
  });

  it.each([
    '',
    '<<<<<<< HEAD',
    'null',
    '7',
    '[]',
    '{}',
    '{"sha256":null}',
    '{"sha256":[]}',
    '{"sha256":"x"}',
    `{"sha256":{"a":7}}`,
    `{"sha256":{"a":["${HASH}"]}}`,
    `{"sha256":{"a":"${HASH.toUpperCase()}"}}`,
    `{"sha256":{"a":"${HASH}0"}}`,
    `{"sha256":{"a":"0${HASH}"}}`,
    `{"sha256":{"b":"${HASH}","a":""}}`,
  ])('is not %s', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('may be empty, and may have more in it', () => {
    expect(parse('{"sha256":{}}')).toEqual({});
    expect(parse(`{"generator":"later","sha256":{"a":"${HASH}"},"x":1}`)).toEqual({ a: [HASH] });
  });

  const entry = (path: string, hash = HASH, comma = ',') => `    "${path}": "${hash}"${comma}\n`;
  const frame = (entries: string) =>
    `{\n  "generator": "sonotheia-terraform",\n  "sha256": {\n${entries}  }\n}\n`;

  it.each([
    [
      'a conflict',
      `<<<<<<< HEAD\n${entry('a')}=======\n${entry('a', OTHER_HASH)}>>>>>>> other\n${entry('b', HASH, '')}`,
    ],
    [
      'both lines, as the union driver leaves them',
      `${entry('a')}${entry('a', OTHER_HASH)}${entry('b', HASH, '')}`,
    ],
    ['both last lines', `${entry('b')}${entry('a', HASH, '')}${entry('a', OTHER_HASH, '')}`],
    [
      'a conflict with its ancestor',
      `<<<<<<< HEAD\n${entry('a')}||||||| 1a2b3c4\n${entry('a', HASH)}=======\n${entry('a', OTHER_HASH)}>>>>>>> other\n${entry('b', HASH, '')}`,
    ],
  ])('accepts both sides of a merge: %s', (_, entries) => {
    const both = { a: [HASH, OTHER_HASH], b: [HASH] };
    expect(parse(frame(entries))).toEqual(both);
    expect(parse(frame(entries).replaceAll('\n', '\r\n'))).toEqual(both);
  });

  it('refuses a line that it would not write', () => {
    expect(parse(frame(`${entry('a')}<<<<<<<<<\n`))).toBeUndefined();
    expect(parse(frame(`${entry('a')}    "b": 7,\n`))).toBeUndefined();
  });
});
