// Text of others in comments, whatever it is: properties, which print their seed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeComment } from './comment.mjs';
import { clean, fence, inlineCode, shorten } from './markdown.mjs';

const COUNTS = { import: 0, add: 3, change: 1, destroy: 0, forget: 0 };

describe('whatever the text', () => {
  // Every kind of character that somebody could hide behind, and what Markdown and HTML are made of.
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
    fc.constantFrom(
      '\u2028',
      '\u200b',
      '\u0007',
      '\ud800',
      '\u{e0041}',
      '\u009b',
      '@ada',
      '[x](y)',
      '::error::',
    ),
    fc.string({ unit: 'binary' }),
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

  test('no hidden character is left, and no block or code ends before its end', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(clean(given)).not.toMatch(HIDDEN);
        const [mark = '', ...lines] = fence(given).split('\n');
        expect(lines.pop()).toBe(mark);
        expect(lines.filter((line) => line.includes(mark))).toEqual([]);
        const code = inlineCode(given);
        const opening = /^`+/.exec(code)?.[0] ?? '';
        expect(code).not.toContain('\n');
        expect([...code.matchAll(/`+/g)].filter(([run]) => run.length === opening.length)).toHaveLength(2);
      }),
    );
  });

  test('a text is cut to its size, between its beginning and its end', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 150, max: 400 }), (given, size) => {
        const cut = shorten(given.repeat(20), size);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(Math.max(size, 0));
        if (Buffer.byteLength(given.repeat(20)) > size) expect(cut).toContain('… cut here');
      }),
    );
  });

  test('a comment fits, with one heading for each environment and no markup of others', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 60 }), text, (losses, plan) => {
        const reports = Array.from({ length: 30 }, (_, index) => ({
          environment: `env-${index}`,
          status: 'changed' as const,
          counts: COUNTS,
          losses: losses.map((line) => `${line}${'x'.repeat(400)}`),
          text: plan.repeat(300),
        }));
        const body = composeComment(reports, 'https://github.com/acme/voice/actions/runs/42');
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(65_000);
        expect(body).not.toMatch(HIDDEN);
        for (const { environment } of reports) expect(body).toContain(`- ${environment} – Plan: 3 to add`);
      }),
      { numRuns: 30 },
    );
  });
});
