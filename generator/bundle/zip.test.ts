import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createZip } from './zip.ts';

/** The other implementation returns an object, in which `__proto__` is no key. */
const entryName = fc.stringMatching(/^[a-z0-9_.-]{1,20}$/).filter((name) => name !== '__proto__');

describe('createZip', () => {
  it('packs contents that another implementation unpacks again', () => {
    const members = fc.dictionary(entryName, fc.uint8Array({ maxLength: 5000 }), { maxKeys: 5 });
    fc.assert(
      fc.property(members, (contents) => {
        const entries = Object.entries(contents).map(([name, bytes]) => ({ name, contents: bytes }));
        const unpacked = unzipSync(createZip(entries));
        expect(Object.keys(unpacked).sort()).toEqual(Object.keys(contents).sort());
        for (const { name, contents: bytes } of entries)
          expect(unpacked[name]).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it('does not depend on the order of the entries', () => {
    const a = { name: 'a', contents: Buffer.from('1') };
    const b = { name: 'b', contents: Buffer.from('2') };
    expect(createZip([b, a])).toEqual(createZip([a, b]));
  });

  it('keeps these bytes for ever: a change would deploy every function again', () => {
    const zip = createZip([
      { name: 'index.js', contents: Buffer.from('exports.handler = () => 1;\n'.repeat(3)) },
    ]);
    expect(zip.toString('base64')).toMatchInlineSnapshot(
      `"UEsDBBQAAAAIAAAAIQBfTmXSIAAAAFEAAAAIAAAAaW5kZXguanNLrSjILyop1stIzEvJSS1SsFXQ0FSwtVMwtOZKJUsKAFBLAQIUAxQAAAAIAAAAIQBfTmXSIAAAAFEAAAAIAAAAAAAAAAAAAACkgQAAAABpbmRleC5qc1BLBQYAAAAAAQABADYAAABGAAAAAAA="`,
    );
  });
});
