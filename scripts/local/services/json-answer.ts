import type { ServiceAnswer } from './service-answer.ts';

/** An answer of AWS's JSON protocol. */
export function answerJson(status: number, body: object): ServiceAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
