import type { HttpAnswer } from './s3-objects.ts';

/** An answer of AWS's JSON protocol. */
export function answerJson(status: number, body: object): HttpAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
