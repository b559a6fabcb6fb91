import { expect, test } from 'vitest';
import { parseCsv } from '../forget/subjects.ts';
import { formatCsvLine, readCsvCell, toExactJson } from './format-found.ts';

test('JSON has the digits of the table', () => {
  const N = '1767225600.1234567890123456789012345678';
  const value = {
    M: {
      'a"\u2028': { L: [{ N }, { N: '1E+100' }, { NULL: true as const }, { BOOL: false }, { S: '1\n' }] },
      ns: { NS: ['0.81999999999999995'] },
      b: { B: Buffer.from('x') },
      ss: { SS: ['y'] },
    },
  };
  expect(toExactJson(value)).toBe(
    `{"a\\"\u2028":[${N},1E+100,null,false,"1\\n"],"ns":[0.81999999999999995],"b":"eA==","ss":["y"]}`,
  );
});

test.each([
  ['=1+1', `'=1+1`],
  ['+1', `'+1`],
  ['-1', `'-1`],
  ['@SUM(A1)', `'@SUM(A1)`],
  ['\t=1', `'\t=1`],
  ['\r=1', `"'\r=1"`],
  ['a,"b"\n', '"a,""b""\n"'],
  ['\0=1', `'\0=1`],
  ['\uff1d1', `'\uff1d1`],
  ["'=1", "''=1"],
  ['plain', 'plain'],
])('a cell with %j: %j', (cell, written) => {
  expect(formatCsvLine([cell])).toBe(`${written}\r\n`);
  const [[read = ''] = []] = parseCsv(written);
  expect(readCsvCell(read)).toBe(cell);
});
