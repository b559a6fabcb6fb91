import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSpec } from '../compile-spec.ts';
import { loadSpec } from './load.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const codesOf = (bytes: Uint8Array): string[] => {
  const result = loadSpec('spec.yaml', bytes);
  return result.ok ? [] : result.diagnostics.map(({ code }) => code);
};

describe('loadSpec quickly refuses, with a position,', () => {
  const laughs = `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n`;
  test.each([
    ['a file beyond the size limit', encode(`a: ${'x'.repeat(1024 * 1024)}`), 'SONO101'],
    ['a file of 5,001 lines', encode(`${'\n'.repeat(5_001)}a: 1`), 'SONO101'],
    ['a list of 200,000 items', encode(`a: [${'1,'.repeat(200_000)}]`), 'SONO101'],
    ['bytes that are not UTF-8', new Uint8Array([0x61, 0x3a, 0x20, 0xff]), 'SONO102'],
    ['a NUL', encode('a: \u0000b'), 'SONO103'],
    ['a tab as indentation', encode('a:\n\tb: 1\n'), 'SONO103'],
    ['duplicate keys', encode('a: 1\na: 2\n'), 'SONO103'],
    ['keys that are no text', encode('? [a]\n: b\n'), 'SONO103'],
    ['an alias bomb', encode(laughs), 'SONO104'],
    ['merge keys', encode('a:\n  <<: {b: 1}\n'), 'SONO104'],
    ['custom tags', encode('a: !!js/function x\n'), 'SONO104'],
    ['a second document', encode('a: 1\n---\nb: 2\n'), 'SONO104'],
    ['YAML 1.1', encode('%YAML 1.1\n---\na: yes\n'), 'SONO104'],
    ['__proto__', encode('__proto__:\n  polluted: true\n'), 'SONO104'],
    ['constructor', encode('a:\n  constructor: 1\n'), 'SONO104'],
    ['deep flow nesting', encode(`a: ${'['.repeat(100_000)}`), 'SONO104'],
    ['deep block nesting', encode(`${'- '.repeat(100_000)}a`), 'SONO104'],
    ['an empty file', encode(''), 'SONO105'],
    ['a file of comments', encode('# nothing\n'), 'SONO105'],
  ])('%s', (_what, bytes, code) => {
    const before = process.cpuUsage();
    const result = loadSpec('spec.yaml', bytes);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
    expect(result.ok).toBe(false);
    expect(codesOf(bytes)).toContain(code);
    if (!result.ok)
      for (const { location } of result.diagnostics)
        expect(location).toMatchObject({ file: 'spec.yaml', line: expect.any(Number) });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('loadSpec accepts', () => {
  test('the maximum number of lines and items, and locates the first one beyond', () => {
    const lines = `a: [${'1,'.repeat(1_998)}1]\n${'# text\n'.repeat(3_000)}`;
    expect(codesOf(encode(lines))).toEqual([]);
    const result = loadSpec('spec.yaml', encode(`${lines}bc: [1]\n`));
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.diagnostics[0]?.location).toMatchObject({ line: 3002, column: 5 });
  });

  test('a byte order mark and Windows line ends', () => {
    const result = loadSpec('spec.yaml', encode('\ufeffa: 1\r\nb:\r\n  c: "x"\r\n'));
    expect(result.ok && result.value.value).toEqual({ a: 1, b: { c: 'x' } });
  });

  test('and locates values, keys and list items', () => {
    const result = loadSpec('spec.yaml', encode('a:\n  b: [1, two]\n  c: 3\n'));
    if (!result.ok) throw new Error('refused');
    const { locate, locateKey } = result.value;
    expect(locate(['a', 'b', 1])).toEqual({
      file: 'spec.yaml',
      line: 2,
      column: 10,
      endLine: 2,
      endColumn: 13,
    });
    expect(locate(['a', 'c'])).toEqual({ file: 'spec.yaml', line: 3, column: 6, endLine: 3, endColumn: 7 });
    expect(locateKey(['a', 'c'])).toEqual({
      file: 'spec.yaml',
      line: 3,
      column: 3,
      endLine: 3,
      endColumn: 4,
    });
    // Where the path leaves the file, the key above is meant.
    expect(locate(['a', 'missing', 'deeper'])).toMatchObject({
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 2,
    });
  });
});

test('a spec of any bytes is compiled or refused with located diagnostics', () => {
  const fragment = fc.constantFrom(
    'project_name: acme\n',
    'environments:\n',
    '  dev: { regions: [us-east-1] }\n',
    '  dev:\n',
    '    regions:\n',
    '      - us-east-1\n',
    'defaults:\n',
    '  lambda: ',
    '{timeout: 1}\n',
    '&a ',
    '*a ',
    '? ',
    '- ',
    '!!str ',
    '"',
    "'",
    '|\n',
    '#',
    '%YAML 1.1\n',
    '---\n',
    '\t',
    '\n',
    '[',
    '}',
    ': ',
    '\u{1f600}',
    '\ud83d',
  );
  const bytes = fc.oneof(
    fc.array(fragment, { maxLength: 20 }).map((parts) => encode(parts.join(''))),
    fc.uint8Array({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      const result = compileSpec('spec.yaml', input);
      if (result.ok) return;
      expect(result.diagnostics.length).toBeGreaterThan(0);
      for (const { location, what } of result.diagnostics) {
        expect(location).toBeDefined();
        expect(what).not.toBe('');
      }
    }),
    { numRuns: 2000 },
  );
});

describe('conflict markers', () => {
  const sides =
    '<<<<<<< HEAD\n  dev: { regions: [us-east-1] }\n=======\n  qa: { regions: [us-east-1] }\n>>>>>>> other\n';
  const diff3 = sides.replace('=======', '||||||| 1234567\n  old: {}\n=======');

  test.each([
    ['two sides', sides, 3, 13],
    ['two sides and what was before', diff3, 3, 13],
    ['the lines of Windows', sides.replaceAll('\n', '\r\n'), 3, 13],
    ['a rest of them', sides.replace(/^<.*\n/, ''), 4, 8],
    ['the last of them', '  dev: { regions: [us-east-1] }\n>>>>>>> other', 4, 14],
  ])('%s are one problem', (_, marks, line, endColumn) => {
    const text = `project_name: acme-voice\nenvironments:\n${marks}`;
    const loaded = loadSpec('spec.yaml', new TextEncoder().encode(text));
    expect(loaded).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'SONO106', location: { line, column: 1, endLine: line, endColumn } }],
    });
  });

  test('are accepted in a text or a comment', () => {
    const text =
      'project_name: acme-voice # <<<<<<< HEAD\n# =======\ndescription: |\n  =======\n  >>>>>>> other\n';
    expect(loadSpec('spec.yaml', new TextEncoder().encode(text)).ok).toBe(true);
  });
});
