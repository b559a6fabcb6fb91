// Responses of the API and of proxies in front of it.
import { describe, expect, test } from 'vitest';
import { classifyReply } from './api-reply.ts';

function classify(status: number, body?: unknown, headers: Record<string, string> = {}) {
  return classifyReply({ status, headers, body }, 0);
}

describe('a success', () => {
  test.each<[unknown, object]>([
    [
      { score: 0.91, label: 'likely_synthetic' },
      { score: 0.91, label: 'likely_synthetic' },
    ],
    [{ score: '0.91' }, { score: 0.91 }],
    [
      { score: 9.1e-1, label: null, latency_ms: null, session_id: 7 },
      { score: 0.91, sessionId: '7' },
    ],
    [{ score: 0, label: '', latency_ms: -1 }, { score: 0 }],
    [
      { score: 1, latency_ms: '640' },
      { score: 1, latencyMs: 640 },
    ],
    [{ score: 1.0000001 }, { score: 1 }],
    [{ score: -1e-9 }, { score: 0 }],
    [
      { score: 0.5, label: 'a new label', novelty: {} },
      { score: 0.5, label: 'a new label' },
    ],
  ])('requires only a score: %j', (body, analysis) => {
    expect(classify(200, body)).toEqual({ kind: 'analyzed', analysis });
    expect(classify(202, body)).toEqual({ kind: 'analyzed', analysis });
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    [[]],
    ['0.9'],
    [{}],
    [{ score: null, label: 'likely_real' }],
    [{ score: true }],
    [{ score: 'high' }],
    [{ score: 1.1 }],
    [{ score: -0.1 }],
    [{ error: 'QUOTA_EXCEEDED' }],
  ])('without one is unusable: %j', (body) => {
    expect(classify(200, body)).toEqual({ kind: 'unusable', waitMs: 0 });
  });
});

describe('a refusal', () => {
  test.each<[number, unknown, string]>([
    [400, { error_code: 'AUDIO_TOO_SHORT' }, 'AUDIO_TOO_SHORT'],
    [400, { error: 'bad_request', code: 'INVALID_AUDIO' }, 'INVALID_AUDIO'],
    [400, { error: { code: 'unsupported-format' } }, 'unsupported_format'],
    [400, { error: 'Audio must be at least 3 seconds' }, 'HTTP_400'],
    [413, { error: 'PayloadTooLarge' }, 'PayloadTooLarge'],
    [415, { code: 'UNSUPPORTED_MEDIA_TYPE' }, 'UNSUPPORTED_MEDIA_TYPE'],
    [422, { error_code: 'SAMPLE_RATE_TOO_LOW' }, 'SAMPLE_RATE_TOO_LOW'],
    [422, { error_code: 'DURATION_LIMIT_EXCEEDED' }, 'DURATION_LIMIT_EXCEEDED'],
    [422, { error_code: 'no_speech_detected' }, 'no_speech_detected'],
  ])('%i with %j is about the file', (status, body, code) => {
    expect(classify(status, body)).toEqual({ kind: 'refused', code });
  });

  test.each<[number, unknown]>([
    [400, { error: 'QUOTA_EXCEEDED' }],
    [400, { error: 'Monthly audio minutes exceeded' }],
    [400, { code: 'AUDIO_QUOTA_EXCEEDED' }],
    [422, { code: 'RATE_LIMITED' }],
    [422, { error_code: 'BILLING_REQUIRED' }],
    [400, { error_code: 'INVALID_API_KEY' }],
    [400, { error_code: 'AUTHENTICATION_FAILED' }],
    [400, { error_code: 'MISSING_AUDIO' }],
    [400, { error_code: 'UNSUPPORTED_CONTRACT_VERSION' }],
    [400, { error_code: 'VOICE_SERVICE_UNAVAILABLE' }],
    [301, undefined],
    [402, { error_code: 'PAYMENT_REQUIRED' }],
    [403, { error_code: 'FILE_FORBIDDEN' }],
    [404, { error_code: 'FILE_NOT_FOUND' }],
  ])('%i with %j is about the account', (status, body) => {
    expect(classify(status, body)).toEqual({ kind: 'stuck', isUnclear: false });
  });

  test.each<[number, unknown]>([
    [400, undefined],
    [413, undefined],
    [400, {}],
    [413, { message: 'Request Too Long' }],
    [400, { error_code: 'E1234' }],
    [400, { error: 'bad_request' }],
    [422, { code: 'VALIDATION_ERROR' }],
  ])('%i with %j, a page or an unknown code, is unclear', (status, body) => {
    expect(classify(status, body)).toEqual({ kind: 'stuck', isUnclear: true });
  });

  test.each([408, 425, 429, 500, 502, 503, 504, 529])('%i is worth a retry', (status) => {
    expect(classify(status, '<html>')).toEqual({ kind: 'retry', waitMs: 0 });
  });
});
