// Untrusted text (values, addresses, refs, answers) in the log, in summaries, comments and issues. Property tests, which
// print their seed.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { composeComment } from './comment.mjs';
import { composeIssue } from './drift-issues.mjs';
import { fence, inlineCode, makeVisible, shorten } from './markdown.mjs';
import { annotate, appendSummary, printInert } from './runner.mjs';

const COUNTS = { import: 0, add: 3, change: 1, destroy: 0, forget: 0 };
const RUN_URL = 'https://github.com/acme/voice/actions/runs/42';
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
// Characters that hide text, and syntax that Markdown, HTML and the runner obey.
const piece = fc.oneof(
  fc.constantFrom(
    '`',
    '```',
    '~~~',
    '\n',
    '\r',
    '</details>',
    '<!-- -->',
    '</summary>',
    '\u001b[2K',
    '\u202e',
  ),
  fc.constantFrom('\u2028', '\u200b', '\u0007', '\ud800', '\u{e0041}', '\u009b', '@ada', '[x](y)', '<img>'),
  fc.constantFrom(
    '::error::',
    '\n::add-mask::x\n',
    '##[command]',
    '%0A::warning::',
    '| a |',
    '\n# h',
    '\n\n',
  ),
  fc.string({ unit: 'binary' }),
);
const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

/** Markdown without its code: what GitHub reads as markup. */
function readMarkup(markdown: string): string {
  const lines: string[] = [];
  let mark: string | undefined;
  for (const line of markdown.split('\n')) {
    const opening = /^(`{3,})$/.exec(line)?.[1];
    if (mark === undefined && opening !== undefined) mark = opening;
    else if (mark === undefined) lines.push(line);
    else if (line === mark) mark = undefined;
  }
  expect(mark).toBeUndefined();
  return lines.join('\n').replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
}

describe('whatever the text', () => {
  test('every character is visible, and text cannot end a block or inline code', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(makeVisible(given)).not.toMatch(HIDDEN);
        const [mark = '', ...lines] = fence(given).split('\n');
        expect(lines.pop()).toBe(mark);
        expect(lines.filter((line) => line.includes(mark))).toEqual([]);
        const code = inlineCode(given);
        const opening = /^`+/.exec(code)?.[0] ?? '';
        expect(code).not.toContain('\n');
        expect([...code.matchAll(/`+/g)].filter(([run]) => run.length === opening.length)).toHaveLength(2);
      }),
    );
    expect(makeVisible('a\u202eb\r\u{e0041}\tc\n')).toBe('a\\u202eb\\u000d\\u{e0041}\tc\n');
  });

  test('a text is cut in its middle to the limit', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 150, max: 400 }), (given, size) => {
        const cut = shorten(given.repeat(20), size);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(size);
        if (Buffer.byteLength(given.repeat(20)) > size) expect(cut).toContain('… cut here');
      }),
    );
  });

  test('a comment and an issue fit, and the text adds no markup', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), text, (losses, plan) => {
        const reports = Array.from({ length: 30 }, (_, index) => ({
          environment: `env-${index}`,
          status: 'changed' as const,
          counts: COUNTS,
          losses: losses.map((line) => `${line}${'x'.repeat(400)}`),
          text: plan.repeat(300),
        }));
        const [first] = reports as [(typeof reports)[number]];
        for (const body of [composeComment(reports, RUN_URL), composeIssue(first, RUN_URL)]) {
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_000);
          expect(body).not.toMatch(HIDDEN);
          const markup = readMarkup(body).replaceAll(/<\/?(?:details|summary)>|<!-- sonotheia[^>]*-->/g, '');
          expect(markup).not.toMatch(/[<@`|~]|::|\]\(y/);
          expect(markup).toContain('env-0 – Plan: 3 to add');
        }
        // A plan that consists of backticks needs fences as long as itself.
        expect(Buffer.byteLength(composeIssue({ ...first, text: '`'.repeat(60_000) }, RUN_URL))).toBeLessThan(
          65_001,
        );
      }),
      { numRuns: 30 },
    );
  });
});

describe('whatever the text, the runner', () => {
  let folder: string;
  let log: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runner-'));
    log = '';
    vi.stubEnv('GITHUB_STEP_SUMMARY', join(folder, 'summary'));
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      log += String(chunk);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gets one command for an annotation, and none for text', () => {
    fc.assert(
      fc.property(text, (given) => {
        log = '';
        annotate('error', given);
        expect(log).toMatch(/^::error::[^\n]*\n$/);
        expect(log.slice(0, -1)).not.toMatch(HIDDEN);
        log = '';
        printInert(given);
        const [first = '', ...lines] = log.slice(0, -1).split('\n');
        const token = first.replace('::stop-commands::', '');
        expect(lines.pop()).toBe(`::${token}::`);
        expect(lines.filter((line) => line.includes(token))).toEqual([]);
        expect(lines.join('')).not.toMatch(HIDDEN);
      }),
    );
  });

  test('gets a summary without hidden characters', () => {
    fc.assert(fc.property(text, (given) => appendSummary(inlineCode(given))));
    expect(readFileSync(join(folder, 'summary'), 'utf8')).not.toMatch(HIDDEN);
  });
});
