// How the stand-in for the Sonotheia API answers: a score from the slider, from the file's name or at random, or a fault.
import type { SonotheiaAnswer } from '../sonotheia-api.ts';
import { rateLimited, serverError } from '../sonotheia-api.ts';

export const ANSWERS = ['score', '401', '429', '500', 'slow', 'hang', 'html', 'down'] as const;
export const SCORE_SOURCES = ['slider', 'file name', 'random'] as const;

export interface ApiBehaviour {
  readonly answer: (typeof ANSWERS)[number];
  readonly scoreFrom: (typeof SCORE_SOURCES)[number];
  /** 0 to 1. */
  readonly score: number;
}

export const NORMAL: ApiBehaviour = { answer: 'score', scoreFrom: 'file name', score: 0.12 };

/** Longer than the function waits. */
const SLOW_MS = 8_000;
const HTML = '<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>';
const SYNTHETIC_WORDS = /fake|synthetic|clone|spoof/i;
const REAL_WORDS = /real|human|genuine/i;

/** `fileName` is undefined if the audio is of no upload that is known. */
export function chooseAnswer(behaviour: ApiBehaviour, fileName: string | undefined): SonotheiaAnswer {
  switch (behaviour.answer) {
    case '401':
      return {
        status: 401,
        body: { error: 'Invalid API key', code: 'UNAUTHORIZED', request_id: 'req_local' },
      };
    case '429':
      return rateLimited(10);
    case '500':
      return serverError();
    case 'hang':
      return { status: 200, isHanging: true };
    case 'down':
      return { status: 200, isDropped: true };
    case 'html':
      return { status: 502, headers: { 'content-type': 'text/html' }, text: HTML };
    default: {
      const body = describeResult(chooseScore(behaviour, fileName));
      return { status: 200, body, ...(behaviour.answer === 'slow' ? { delayMs: SLOW_MS } : {}) };
    }
  }
}

function chooseScore({ scoreFrom, score }: ApiBehaviour, fileName: string | undefined): number {
  if (scoreFrom === 'random') return Math.round(Math.random() * 1000) / 1000;
  return (scoreFrom === 'file name' ? scoreInName(fileName ?? '') : undefined) ?? score;
}

/** `call-0.93.wav` has 0.93, `cloned.wav` 0.97, `human.wav` 0.03; undefined for other names. */
export function scoreInName(fileName: string): number | undefined {
  const number = /(?<![\d.])(?:0\.\d+|1\.0|[01](?=\.[a-z]))/i.exec(fileName)?.[0];
  if (number !== undefined) return Number(number);
  if (SYNTHETIC_WORDS.test(fileName)) return 0.97;
  return REAL_WORDS.test(fileName) ? 0.03 : undefined;
}

function describeResult(score: number): object {
  const [label, action] =
    score >= 0.8
      ? ['likely_synthetic', 'defer_to_review']
      : score >= 0.5
        ? ['uncertain', 'defer_to_review']
        : ['likely_real', 'allow'];
  return { score, label, latency_ms: 640, recommended_action: action };
}
