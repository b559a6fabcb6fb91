import { describe, expect, it } from 'vitest';
import { findCronProblem } from './cron.ts';

describe('cron expressions', () => {
  it.each([
    '0 0 * * *',
    '59 23 31 12 6',
    '0 0 1 1 0',
    '*/5 * * * *',
    '0-59/5 * * * *',
    '3/10 * * * *',
    '0,5,10 * * * *',
    '10,0 * * * *',
    '30 2-4 1-15/2 1,6,12 1-5',
    '55,50 * * * *',
    '7 * * * *',
    '57/2 0 * * *',
  ])('accept %s', (expression) => {
    const problem = findCronProblem(expression);
    // The last of them asks for minutes 57 and 59.
    if (expression.startsWith('57/2')) expect(problem).toContain('less than 5 minutes apart');
    else expect(problem).toBeUndefined();
  });

  it.each([
    ['60 * * * *', '"60" is not a valid minute: it is a number from 0 to 59'],
    ['* 24 * * *', '"24" is not a valid hour: it is a number from 0 to 23'],
    ['0 0 0 * *', '"0" is not a valid day of month: it is a number from 1 to 31'],
    ['0 0 32 * *', '"32" is not a valid day of month: it is a number from 1 to 31'],
    ['0 0 * 0 *', '"0" is not a valid month: it is a number from 1 to 12'],
    ['0 0 * 13 *', '"13" is not a valid month: it is a number from 1 to 12'],
    ['0 0 * * 7', '"7" is not a valid day of week: it is a number from 0 to 6'],
    ['0 5-2 * * *', '"5-2" is not a valid hour: it is a number from 0 to 23'],
    ['0 1-24 * * *', '"1-24" is not a valid hour: it is a number from 0 to 23'],
    ['0 */0 * * *', '"*/0" is not a valid hour: it is a number from 0 to 23'],
    ['0 x * * *', '"x" is not a valid hour'],
    ['0 1,x * * *', '"1,x" is not a valid hour'],
    ['0 1x * * *', '"1x" is not a valid hour'],
    ['0 x1 * * *', '"x1" is not a valid hour'],
    ['0 123 * * *', '"123" is not a valid hour'],
    ['0 1-123 * * *', '"1-123" is not a valid hour'],
    ['0 */123 * * *', '"*/123" is not a valid hour'],
    ['0 -1 * * *', '"-1" is not a valid hour'],
    ['0 0 * * MON', '"MON" is not a valid day of week'],
    ['0 0 * *', '"" is not a valid day of week'],
    ['* * * * *', '"* * * * *" asks for runs less than 5 minutes apart'],
    ['*/4 * * * *', '"*/4 * * * *" asks for runs less than 5 minutes apart'],
    ['0,4 * * * *', '"0,4 * * * *" asks for runs less than 5 minutes apart'],
    ['56,0 * * * *', '"56,0 * * * *" asks for runs less than 5 minutes apart'],
    ['2,58 * * * *', '"2,58 * * * *" asks for runs less than 5 minutes apart'],
    ['40,10,12 * * * *', '"40,10,12 * * * *" asks for runs less than 5 minutes apart'],
    ['1-2 * * * *', '"1-2 * * * *" asks for runs less than 5 minutes apart'],
  ])('%s: %s', (expression, problem) => {
    expect(findCronProblem(expression)).toBe(problem);
  });

  it.each(['12-30/10 * * * *', '12-30/15 10-22/12 * * *', '10-15/20 * * * *'])(
    '%s has steps',
    (expression) => {
      expect(findCronProblem(expression)).toBeUndefined();
    },
  );
});
