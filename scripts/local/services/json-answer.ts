import type { HttpAnswer } from '../in-process-s3.ts';

/** An answer of AWS's JSON protocol. */
export function answerJson(status: number, body: object): HttpAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
