import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic, SourceLocation } from '../diagnostics/diagnostic.ts';
import { type FormatOptions, formatDiagnostics } from './format-diagnostics.ts';

const FILE = 'spec.yaml';

function at(line: number, column: number, endColumn: number, endLine = line): SourceLocation {
  return { file: FILE, line, column, endLine, endColumn };
}

function problem(parts: Partial<Diagnostic> = {}): Diagnostic {
  return { code: 'SONO205', severity: 'error', what: 'is wrong', path: 'a.b', ...parts };
}

function format(
  diagnostics: readonly Diagnostic[],
  source?: string,
  options?: Partial<FormatOptions>,
): string {
  return formatDiagnostics(diagnostics, {
    format: 'text',
    colour: false,
    readSource: () => source,
    ...options,
  });
}

/** Returns the marked line and the line with the carets. */
function frame(source: string, location: SourceLocation): string[] {
  const lines = format([problem({ location })], source).split('\n');
  const carets = lines.findIndex((line) => /^ +\| +\^+$/.test(line));
  return lines.slice(carets - 1, carets + 1);
}

describe('text', () => {
  test('has a header for tools, a code frame, why and hint', () => {
    const diagnostic = problem({ location: at(2, 4, 6), why: 'AWS: a limit', fix: 'write less' });
    expect(format([diagnostic], 'first: 1\nb: 10\nlast: 2\n')).toBe(
      [
        'spec.yaml:2:4: error SONO205: a.b: is wrong',
        '  1 | first: 1',
        '  2 | b: 10',
        '    |    ^^',
        '  3 | last: 2',
        '  why: AWS: a limit',
        '  hint: write less',
        '',
      ].join('\n'),
    );
  });

  test('separates diagnostics by an empty line, and is empty without any', () => {
    expect(format([problem(), problem({ severity: 'warning', path: '' })])).toBe(
      'error SONO205: a.b: is wrong\n\nwarning SONO205: is wrong\n',
    );
    expect(format([])).toBe('');
  });

  test('has no frame without a source, without an end, or beyond the end of the file', () => {
    const header = 'spec.yaml:9:1: error SONO205: a.b: is wrong\n';
    expect(format([problem({ location: at(9, 1, 2) })], 'a: 1\n')).toBe(header);
    expect(format([problem({ location: at(9, 1, 2) })])).toBe(header);
    const open = problem({ location: { file: FILE, line: 1, column: 1 } });
    expect(format([open], 'a: 1\n')).toBe('spec.yaml:1:1: error SONO205: a.b: is wrong\n');
  });

  test.each([
    ['tabs', 'a:\t1', at(1, 4, 5), '  1 | a:    1', '    |       ^'],
    ['wide letters', '時間: 1', at(1, 5, 6), '  1 | 時間: 1', '    |       ^'],
    ['under wide letters', 'a: 時間', at(1, 4, 6), '  1 | a: 時間', '    |    ^^^^'],
    ['combining marks', 'te\u0301: 1', at(1, 6, 7), '  1 | te\u0301: 1', '    |     ^'],
    ['emoji of several parts', '👩‍🚀: 1', at(1, 8, 9), '  1 | 👩‍🚀: 1', '    |     ^'],
    ['escapes', 'a\u001b[2K: 1', at(1, 8, 9), '  1 | a\\u001b[2K: 1', '    |             ^'],
    ['C1 controls', 'a\u009b: 1', at(1, 5, 6), '  1 | a\\u009b: 1', '    |          ^'],
    ['directions of writing', '\u202ea: 1', at(1, 5, 6), '  1 | \\u202ea: 1', '    |          ^'],
    ['a byte order mark', '\ufeffa: 1', at(1, 4, 5), '  1 | a: 1', '    |    ^'],
    ['Windows line ends', 'a: 1\r\n', at(1, 4, 5), '  1 | a: 1', '    |    ^'],
    ['an empty stretch', 'a:', at(1, 3, 3), '  1 | a:', '    |   ^'],
    ['several lines', 'a: [1,\n  2]', at(1, 4, 5, 2), '  1 | a: [1,', '    |    ^^^'],
  ])('keeps the carets in place: %s', (_what, source, location, line, carets) => {
    expect(frame(source, location)).toEqual([line, carets]);
  });

  test('cuts a long line around the token', () => {
    const source = `${'x'.repeat(500)}TOKEN${'y'.repeat(500)}`;
    const [line = '', carets = ''] = frame(source, at(1, 501, 506));
    expect(line.length).toBeLessThan(112);
    expect(line.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('TOKEN');
    expect(line).toMatch(/^ {2}1 \| …x+TOKENy+…$/);
  });

  test('escapes a hostile message, path or file name', () => {
    const diagnostic = problem({
      what: 'has \u001b[31m and \r and \u2028',
      path: 'a\nforged.yaml:1:1: error',
      location: { file: 'x\u0007.yaml', line: 1, column: 1 },
    });
    expect(format([diagnostic])).toBe(
      'x\\u0007.yaml:1:1: error SONO205: a\\nforged.yaml:1:1: error: has \\u001b[31m and \\r and \\u2028\n',
    );
  });

  test('colours change no character', () => {
    const diagnostics = [problem({ location: at(1, 4, 5), why: 'w', fix: 'h' })];
    const coloured = format(diagnostics, 'a: 1\n', { colour: true });
    expect(coloured).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: taking the colours out
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(format(diagnostics, 'a: 1\n'));
  });

  test('whatever the source, a frame is printable, narrow, and has its carets under the token', () => {
    const character = fc.oneof(
      fc.constantFrom(
        '\t',
        '\u0000',
        '\u001b',
        '\u0085',
        '\u200b',
        '\u202e',
        '\ud83d',
        '時',
        'e\u0301',
        '👩‍🚀',
        ' ',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }).map((text) => text.replaceAll('\n', '')),
    );
    const text = fc.array(character, { maxLength: 300 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, fc.boolean(), (before, after, around, isWindows) => {
        const lineEnd = isWindows ? '\r\n' : '\n';
        const source = `${around}${lineEnd}${before}TOKEN${after}${lineEnd}${around}`;
        const meant = source.replace(/^\ufeff/, '').split('\n')[1] ?? '';
        const column = meant.indexOf('TOKEN') + 1;
        const output = format([problem({ location: at(2, column, column + 5) })], source);
        expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
        expect(output.split('\n').filter((line) => /^ {2} *\d* \|/.test(line)).length).toBeLessThanOrEqual(4);
        expect(output).toMatch(/^ {4}\| .*\^+$/m);
      }),
      { numRuns: 500 },
    );
  });

  test('a line of a megabyte takes no time', () => {
    const source = `a: "${'e\u0301'.repeat(500_000)}"`;
    const before = process.cpuUsage();
    const output = format([problem({ location: at(1, 4, source.length + 1) })], source);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(200);
    expect(output.length).toBeLessThan(1000);
  });
});

describe('json', () => {
  test('is one array of objects with all keys', () => {
    const json = format([problem({ location: at(1, 2, 3), why: 'w', fix: 'h' }), problem()], '', {
      format: 'json',
    });
    const unknown = {
      file: null,
      line: null,
      column: null,
      endLine: null,
      endColumn: null,
      why: null,
      hint: null,
    };
    const same = { code: 'SONO205', severity: 'error', message: 'is wrong', path: 'a.b' };
    expect(JSON.parse(json)).toEqual([
      {
        ...same,
        ...{ file: FILE, line: 1, column: 2, endLine: 1, endColumn: 3, why: 'w', hint: 'h' },
        docs: 'docs/diagnostics.md#sono205',
      },
      { ...same, ...unknown, docs: 'docs/diagnostics.md#sono205' },
    ]);
    expect(JSON.parse(format([], '', { format: 'json' }))).toEqual([]);
  });

  test('keeps hostile text as it is, in escapes', () => {
    const message = 'a\u001b[2K\u009b\u202e\u{e0001}"\n';
    const json = format([problem({ what: message })], '', { format: 'json' });
    expect(json).toMatch(/^[\n\x20-\x7e]*$/);
    expect(JSON.parse(json)).toMatchObject([{ message }]);
  });
});

describe('github', () => {
  test('is one workflow command a line, with its escapes', () => {
    const diagnostic = problem({
      what: 'has 100% of, this: and\nmore',
      path: 'a,b',
      location: { ...at(3, 4, 9), file: 'a,b:c.yaml' },
      why: 'w',
      fix: 'h',
    });
    expect(format([diagnostic, problem({ severity: 'warning', path: '' })], '', { format: 'github' })).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=3,col=4,endColumn=9,title=SONO205 a%2Cb::' +
        'has 100%25 of, this: and\\nmore%0Awhy: w%0Ahint: h\n' +
        '::warning title=SONO205::is wrong\n',
    );
  });

  test('has no end column if the end is on another line', () => {
    const output = format([problem({ location: at(3, 4, 9, 5) })], '', { format: 'github' });
    expect(output).toContain('line=3,col=4,endLine=5,title=');
  });
});
