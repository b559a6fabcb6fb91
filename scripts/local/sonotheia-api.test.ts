import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  audioTooShort,
  dropped,
  rateLimited,
  type SonotheiaApi,
  serverError,
  slow,
  startSonotheiaApi,
} from './sonotheia-api.ts';

describe('the local Sonotheia API', () => {
  let api: SonotheiaApi;

  beforeEach(async () => {
    api = await startSonotheiaApi('key-1');
  });

  afterEach(() => api.stop());

  async function upload(fileName = 'call.wav', key = 'key-1', audio = 'RIFF'): Promise<Response> {
    const form = new FormData();
    form.set('audio', new File([audio], fileName, { type: 'audio/wav' }));
    form.set('metadata', JSON.stringify({ session_id: 'sess_1' }));
    const headers = { authorization: `Bearer ${key}` };
    return fetch(`${api.url}/v1/voice/deepfake`, { method: 'POST', headers, body: form });
  }

  it('records what it receives and echoes the session id', async () => {
    const answer = await upload();

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ score: 0.12, label: 'likely_real', session_id: 'sess_1' });
    expect(api.requests).toMatchObject([
      {
        fileName: 'call.wav',
        contentType: 'audio/wav',
        audio: Buffer.from('RIFF'),
        metadata: { session_id: 'sess_1' },
        answeredStatus: 200,
      },
    ]);
  });

  it('returns the given faults in order, then answers normally', async () => {
    api.answerNext(rateLimited(2), serverError(), audioTooShort());
    const answers = [await upload(), await upload(), await upload(), await upload()];

    expect(answers.map((answer) => answer.status)).toEqual([429, 500, 400, 200]);
    expect(answers[0]?.headers.get('retry-after')).toBe('2');
    expect(await answers[2]?.json()).toMatchObject({ error_code: 'AUDIO_TOO_SHORT' });
  });

  it('fails for one file only', async () => {
    api.answerFile('b.wav', serverError(503));
    const [a, b] = await Promise.all([upload('a.wav'), upload('b.wav')]);

    expect([a.status, b.status]).toEqual([200, 503]);
  });

  it('refuses a wrong key, and an old one once keys are rotated', async () => {
    expect((await upload('a.wav', 'wrong')).status).toBe(401);
    api.acceptKeys('key-2');
    expect((await upload('a.wav', 'key-1')).status).toBe(401);
    expect((await upload('a.wav', 'key-2')).status).toBe(200);
  });

  it('refuses empty audio, other paths and bodies that are not forms', async () => {
    const headers = { authorization: 'Bearer key-1' };
    const json = await fetch(`${api.url}/v1/voice/deepfake`, { method: 'POST', headers, body: '{}' });
    const other = await fetch(`${api.url}/v1/reports/sar`, { method: 'POST', headers });

    expect((await upload('a.wav', 'key-1', '')).status).toBe(400);
    expect([json.status, other.status]).toEqual([400, 404]);
  });

  it('delays responses and closes connections on request', async () => {
    api.answerNext(slow(80), dropped());
    const startedAtMs = Date.now();

    expect((await upload()).status).toBe(200);
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(79);
    await expect(upload()).rejects.toThrow('fetch failed');
  });
});
