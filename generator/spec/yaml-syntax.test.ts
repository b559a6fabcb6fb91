import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { loadSpec } from './load.ts';

/** `line:column-endColumn: message | hint` of each problem. */
function explain(text: string): string[] {
  const result = loadSpec('spec.yaml', new TextEncoder().encode(text));
  if (result.ok) return [];
  expect(new Set(result.diagnostics.map(({ code }) => code))).toEqual(new Set(['SONO103']));
  return result.diagnostics.map(({ what, fix, location }) => {
    return `${location?.line}:${location?.column}-${location?.endColumn}: ${what} | ${fix}`;
  });
}

test.each([
  [
    'a key that has an indentation unlike any above it',
    'a:\n  b:\n    c: 1\n   d: 2\n',
    '4:4-5: the line is indented by 3 spaces, which matches no enclosing indentation level | indent it by 2 or 4 spaces, like the lines above',
  ],
  [
    'a list item that has an indentation unlike any above it',
    'a:\n  b:\n    - x\n   - y\n',
    '4:4-5: the line is indented by 3 spaces, which matches no enclosing indentation level | indent it by 2 or 4 spaces, like the lines above',
  ],
  [
    'a key under one that has a value',
    'a: 1\n  b: 2\n',
    '2:3-4: the line is indented by 2 spaces, but the key above it already has a value | indent it like the key above, or remove the value of that key',
  ],
  [
    'a first line that is indented',
    '  a: 1\nb: 2\n',
    '2:1-2: the line is indented less than the first one (2 spaces) | begin all keys of the top level in the first column',
  ],
  [
    'a tab',
    'a:\n\tb: 1\n',
    '2:1-2: the line is indented with a tab; YAML needs spaces | use two spaces for each level',
  ],
  ['a key without its colon', 'a: 1\nb\n  c: 2\n', '2:1-2: the colon after the key is missing | write `b:`'],
  [
    'a key and value without a colon',
    'a 1\nb: 2\n',
    '1:1-4: the colon after the key is missing | write `a: 1`',
  ],
  ['an equals sign', 'a = 1\nb: 2\n', '1:1-6: the colon after the key is missing | write `a: 1`'],
  [
    'no space after the colon',
    'a: 1\nb:2\nc: 3\n',
    '2:1-4: there is no space after the colon | write `b: 2`',
  ],
  [
    'an open double quote',
    'a: "x\nb: 2\n',
    '1:4-6: the quote `"` is never closed | add `"` where the text ends',
  ],
  [
    'an open single quote',
    "a: 'x\nb: 2\n",
    "1:4-6: the quote `'` is never closed | add `'` where the text ends",
  ],
  [
    'an open list',
    'a: [x, [y]\nb: 2\n',
    '1:4-5: the bracket `[` is never closed | add `]` where the list ends',
  ],
  [
    'an open mapping',
    'a: { x: [1], y: 2\nb: 2\n',
    '1:4-5: the bracket `{` is never closed | add `}` where the mapping ends',
  ],
  [
    'a bracket too many',
    'a: [x]]\nb: 2\n',
    '1:7-8: there is no open bracket that `]` could close | remove it, or put the text in quotes',
  ],
  [
    'a key that stands twice',
    'a: 1\nb: 2\na: 3\n',
    '3:1-2: the key `a` is written twice in one mapping: it is already on line 1 | keep one of the two; put their settings together',
  ],
  [
    '@',
    'a: @x\n',
    '1:4-6: a text cannot begin with `@`: in YAML it is reserved | put the text in quotes: `"@x"`',
  ],
  [
    'a backtick',
    'a: `x`\n',
    '1:4-7: a text cannot begin with a backtick: in YAML it is reserved | put the text in quotes: "`x`"',
  ],
  [
    '*',
    'a: *\n',
    '1:4-5: a text cannot begin with `*`: in YAML it begins a reference to another value | put the text in quotes: `"*"`',
  ],
  [
    '% in a value',
    'a: %x\n',
    '1:4-6: a text cannot begin with `%`: in YAML it begins a directive | put the text in quotes: `"%x"`',
  ],
  [
    '% in the first column',
    '%x\na: 1\n',
    '1:1-3: a text cannot begin with `%`: in YAML it begins a directive | put the text in quotes: `"%x"`',
  ],
  [
    'a second colon',
    'a: b: c\n',
    '1:4-8: the value holds a second `: `, which would begin another mapping | put the value in quotes: `"b: c"`',
  ],
  [
    'a quote inside quotes',
    "a: 'it's'\n",
    '1:8-10: there is text after the closing quote | put everything inside the quotes; a quote inside single quotes is written twice',
  ],
  [
    'a list on the line of its key',
    'a: - b\n',
    '1:4-5: a list cannot begin on the line of its key | begin it on the next line, or write it in brackets: `[a, b]`',
  ],
  [
    'a missing comma',
    'a: { x: 1 y: 2 }\n',
    '1:9-10: a comma is missing after this entry | separate the entries with commas: `{ a: 1, b: 2 }`',
  ],
  [
    'a Windows path',
    'a: "C:\\dir"\n',
    '1:7-9: `\\d` is not an escape of double-quoted text | write the backslash twice, or put the text in single quotes',
  ],
])('%s', (_what, text, expected) => {
  expect(explain(text)).toEqual([expected]);
});

test('several mistakes are all explained', () => {
  expect(explain('a: @x\nb: %y\nc: "\\d"\nd: `z`\n').map((line) => line.slice(0, 3))).toEqual([
    '1:4',
    '2:4',
    '3:5',
    '4:4',
  ]);
});

test('explaining many mistakes takes little longer than parsing', () => {
  const lines = Array.from({ length: 4_990 }, (_, index) => `a${index}: ${index % 3 === 0 ? '@x' : 1}\n`);
  const text = lines.join('');
  const parsing = measureCpu(() => parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false }));
  const loading = measureCpu(() => expect(explain(text).length).toBeGreaterThan(1_600));
  expect(loading).toBeLessThan(4 * parsing + 200);
});

/** In milliseconds; other processes do not count. */
function measureCpu(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
