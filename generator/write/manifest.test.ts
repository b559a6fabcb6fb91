import { describe, expect, it } from 'vitest';
import { createManifest, formatManifest, hashContents, parseManifest } from './manifest.ts';

const HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const parse = (text: string): Record<string, string> | undefined => {
  const manifest = parseManifest(Buffer.from(text));
  return manifest && Object.fromEntries(manifest);
};

describe('a manifest', () => {
  it('is read as it was written, in the order of code units', () => {
    const files = ['b.tf', 'a.tf', 'Z.tf', 'modules/ä.tf'].map((path) => ({
      path,
      contents: Buffer.from(''),
    }));
    const bytes = formatManifest(createManifest(files));
    expect([...(parseManifest(bytes) ?? [])]).toEqual([
      ['Z.tf', HASH],
      ['a.tf', HASH],
      ['b.tf', HASH],
      ['modules/ä.tf', HASH],
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
    expect(parse(`{"generator":"later","sha256":{"a":"${HASH}"},"x":1}`)).toEqual({ a: HASH });
  });
});
