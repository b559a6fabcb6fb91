import { expect, test } from 'vitest';
import { ANSWERS, chooseAnswer, NORMAL, scoreInName } from './api-behaviour.ts';

test.each([
  ['call-0.93.wav', 0.93],
  ['0.5', 0.5],
  ['call_1.0.wav', 1],
  ['call-0.wav', 0],
  ['call-1.mp3', 1],
  ['deepfake.wav', 0.97],
  ['Cloned voice.wav', 0.97],
  ['human.wav', 0.03],
  ['10.5.wav', undefined],
  ['2026-01-05.wav', undefined],
  ['call.wav', undefined],
  ['', undefined],
])('the score of %j is %s', (name, score) => {
  expect(scoreInName(name)).toBe(score);
});

test('every choice answers: a score of its source, an error, a late answer or none', () => {
  const answers = ANSWERS.map((answer) => chooseAnswer({ ...NORMAL, answer, score: 0.6 }, 'call.wav'));
  expect(
    answers.map(({ status, delayMs, isHanging, isDropped, text }) => [
      status,
      delayMs !== undefined,
      isHanging === true,
      isDropped === true,
      text !== undefined,
    ]),
  ).toEqual([
    [200, false, false, false, false],
    [401, false, false, false, false],
    [429, false, false, false, false],
    [500, false, false, false, false],
    [200, true, false, false, false],
    [200, false, true, false, false],
    [502, false, false, false, true],
    [200, false, false, true, false],
  ]);
  expect(answers[0]?.body).toMatchObject({ score: 0.6, label: 'uncertain' });
  expect(chooseAnswer({ ...NORMAL, scoreFrom: 'slider', score: 0.2 }, 'call-0.9.wav').body).toMatchObject({
    score: 0.2,
  });
  const random = chooseAnswer({ ...NORMAL, scoreFrom: 'random' }, 'call-0.9.wav').body as { score: number };
  expect(random.score).toBeGreaterThanOrEqual(0);
  expect(random.score).toBeLessThanOrEqual(1);
});
