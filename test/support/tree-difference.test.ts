import { describe, expect, test } from 'vitest';
import { formatTreeDifference, splitSections } from './tree-difference.ts';

const MAIN = `resource "aws_sns_topic" "results" {
  name = "results"

  tags = {
    Team = "fraud"
  }
}

resource "aws_sqs_queue" "audio" {
  name = "audio"
}
`;
const differ = (after: string, before = MAIN): string =>
  formatTreeDifference(new Map([['main.tf', before]]), new Map([['main.tf', after]]));

describe('a difference', () => {
  test('lists only added, removed and changed files', () => {
    const base = new Map(Object.entries({ same: 'x\n', gone: 'x\n', other: 'a\nb\n' }));
    const tree = new Map(Object.entries({ same: 'x\n', new: 'y\n', other: 'a\nc\n' }));
    expect(formatTreeDifference(base, tree)).toBe(
      '=== removed: gone\n=== added: new\n+y\n=== changed: other\n@@ after a\n-b\n+c\n',
    );
    expect(formatTreeDifference(base, base)).toBe('');
  });

  test('gives the enclosing blocks of a change and the line before it', () => {
    expect(differ(MAIN.replace('"fraud"', '"risk"'))).toContain(
      '@@ resource "aws_sns_topic" "results" > tags\n-    Team = "fraud"\n+    Team = "risk"\n',
    );
    expect(differ(MAIN.replace('\n  tags', '  fifo = true\n\n  tags'))).toContain(
      '@@ resource "aws_sns_topic" "results" after name = "results"\n+  fifo = true\n',
    );
    expect(differ(MAIN.replace('\nresource "aws_sqs', '\nlocals {\n  a = 1\n}\n\nresource "aws_sqs'))).toBe(
      '=== changed: main.tf\n+locals {\n+  a = 1\n+}\n+\n',
    );
  });

  test('does not depend on lines that both trees have', () => {
    const change = (text: string): string => text.replace('"audio"\n', '"audio"\n  delay = 1\n');
    const after = MAIN.replace('"fraud"', '"risk"');
    expect(differ(change(after), change(MAIN))).toBe(differ(after));
  });

  test('shows removed blocks by their first line and the number of lines', () => {
    const topic = MAIN.slice(0, MAIN.indexOf('\nresource "aws_sqs'));
    expect(differ('', topic)).toBe(
      '=== changed: main.tf\n@@ (7 lines less)\n-resource "aws_sns_topic" "results" {\n',
    );
  });

  test('ignores the alignment of HCL, which terraform fmt checks', () => {
    const wide = MAIN.replace('name = "audio"', 'name       = "audio"');
    expect(differ(wide)).toBe('');
    expect(differ(wide.replace('"audio"\n', '"audio"\n  fifo_queue = true\n'))).toContain(
      '@@ resource "aws_sqs_queue" "audio" after name = "audio"\n+  fifo_queue = true\n',
    );
  });

  test('compares a file with another tree when that difference is shorter', () => {
    const other = { name: 'full', tree: new Map([['waf.tf', 'a\nb\n']]) };
    const base = new Map([['x', 'x\n']]);
    const withFile = (text: string): Map<string, string> => new Map([...base, ['waf.tf', text]]);
    expect(formatTreeDifference(base, withFile('a\nb\n'), other)).toBe('=== like full: waf.tf\n');
    expect(formatTreeDifference(base, withFile('a\n'), other)).toBe('=== added: waf.tf\n+a\n');
  });

  test('refuses a text without a final line feed', () => {
    expect(() => differ(MAIN.trimEnd())).toThrow('main.tf does not end with a line feed');
  });

  test('can be split into its sections', () => {
    const sections = splitSections('The tree of x, but:\n=== removed: a\n=== added: b\n+=== c\n');
    expect([...sections]).toEqual([
      ['The tree of x, but:', 'The tree of x, but:\n'],
      ['=== removed: a', '=== removed: a\n'],
      ['=== added: b', '=== added: b\n+=== c\n'],
    ]);
  });
});
