// Names that come from an uploader, an API or AWS are printed without control characters and without line breaks.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { captureStreams } from '../../test/support/capture-streams.ts';
import { formatTable } from '../text/format-table.ts';
import { formatProblem } from './problem.ts';
import { formatLines, Terminal } from './terminal.ts';

const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '\u001b[2K',
        '\u001b]52;c;eA==\u0007',
        '\n',
        '\r',
        '\u009b',
        '\u202e',
        '\u200d',
        'dev',
        ' ',
      ),
    )
    .map((parts) => parts.join('')),
);

/** Returns everything that `work` writes to stdout and stderr. */
function capture(work: (terminal: Terminal) => void): string {
  const { streams, written } = captureStreams();
  work(new Terminal(new AbortController().signal, () => undefined, streams));
  const { out, error } = written();
  return out + error;
}

test('a line stays one line, and shows hidden characters', () => {
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      const written = capture((terminal) => {
        terminal.print(one);
        terminal.note([one, other]);
      });
      const lines = written.split('\n');
      expect(lines).toHaveLength(4);
      expect(lines.join('')).not.toMatch(STEERING);
    }),
    { numRuns: 2_000, verbose: 1 },
  );
});

test('a table has a line for each row', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostile, hostile), { maxLength: 5 }), (rows) => {
      const table = formatTable(['key', 'why'], rows);
      expect(table).toHaveLength(rows.length + 1);
      expect(table.join('')).not.toMatch(STEERING);
    }),
    { numRuns: 1_000, verbose: 1 },
  );
});

test('text in a problem cannot begin a new line', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (what, why, fix) => {
      const lines = formatLines(formatProblem({ what, why, fix })).slice(0, -1).split('\n');
      expect(lines.join('')).not.toMatch(STEERING);
      expect(lines.slice(1).filter((line) => !line.startsWith('  '))).toEqual([]);
    }),
    { numRuns: 1_000, verbose: 1 },
  );
});
