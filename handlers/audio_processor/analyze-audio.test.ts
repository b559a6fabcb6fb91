import { describe, expect, test } from 'vitest';
import { API_KEY } from '../../scripts/local/sonotheia-api.ts';
import { AudioWorld, GOOD_REPLY } from '../../test/support/handlers/audio-world.ts';
import { analyzeAudio } from './analyze-audio.ts';
import type { ApiReply } from './ports.ts';

const REQUEST = { audio: Buffer.from('RIFF'), contentType: 'audio/wav', sessionId: undefined } as const;

function reply(status: number, headers: ApiReply['headers'] = {}, body: unknown = {}): ApiReply {
  return { status, headers, body };
}

function analyze(world: AudioWorld, budgetMs = 60_000, ports = world.start()) {
  return analyzeAudio(REQUEST, ports, { fileId: 'file', budget: world.budget(budgetMs), log: {} });
}

describe('analyzeAudio', () => {
  test.each([
    ['408', reply(408)],
    ['429', reply(429)],
    ['500', reply(500)],
    ['503', reply(503)],
    ['no answer', new Error('socket hang up')],
  ])('retries after %s', async (_name, trouble) => {
    const world = new AudioWorld();
    world.api.replies = [trouble, trouble, GOOD_REPLY];
    expect(await analyze(world)).toMatchObject({ kind: 'analyzed', analysis: { score: 0.91 } });
    expect(world.api.calls).toHaveLength(3);
    expect(world.telemetry.total('ApiRetries')).toBe(2);
  });

  test('waits with full jitter, below the cap', async () => {
    const world = new AudioWorld();
    world.api.replies = [reply(500)];
    await expect(analyze(world)).rejects.toMatchObject({ reason: 'api_attempts_used_up' });
    const [first = 0, second = 0, third = 0, fourth = 0] = world.clock.sleepsMs;
    expect(world.clock.sleepsMs).toHaveLength(4);
    expect(first).toBeLessThan(1_000);
    expect(second).toBeLessThan(2_000);
    expect(third).toBeLessThan(4_000);
    expect(fourth).toBeLessThan(8_000);
    expect(new Set([first, second, third, fourth]).size).toBe(4);
  });

  test.each([
    ['Retry-After in seconds', { 'retry-after': '7' }, 7_000],
    ['Retry-After as a date', { 'retry-after': 'Mon, 05 Jan 2026 12:35:10 GMT' }, 13_000],
    ['X-RateLimit-Reset', { 'x-ratelimit-reset': String(Date.UTC(2026, 0, 5, 12, 35, 6) / 1000) }, 9_000],
  ])('waits at least as long as %s asks', async (_name, headers, waitMs) => {
    const world = new AudioWorld();
    world.api.replies = [reply(429, headers), GOOD_REPLY];
    const startedAtMs = world.clock.timeMs;
    await analyze(world);
    expect(world.clock.timeMs - startedAtMs).toBeGreaterThanOrEqual(waitMs);
  });

  test('returns the record at once when the wait exceeds the time budget', async () => {
    const world = new AudioWorld();
    world.api.replies = [reply(429, { 'retry-after': '30' })];
    await expect(analyze(world, 20_000)).rejects.toMatchObject({ reason: 'no_time_for_a_retry' });
    expect(world.clock.sleepsMs).toEqual([]);
  });

  test('limits every attempt to the time budget', async () => {
    const world = new AudioWorld();
    await analyze(world, 5_000);
    expect(world.api.calls).toMatchObject([{ timeoutMs: 5_000 }]);
    await expect(analyze(world, 1_999)).rejects.toMatchObject({ reason: 'no_time_for_an_api_call' });
    expect(world.api.calls).toHaveLength(1);
  });

  test('uses the new key after a rotation', async () => {
    const world = new AudioWorld();
    const ports = world.start();
    await analyze(world, 60_000, ports);
    world.secretSource.versions = ['new-key', API_KEY];
    world.api.replies = [reply(401), GOOD_REPLY];
    expect(await analyze(world, 60_000, ports)).toMatchObject({ kind: 'analyzed' });
    expect(world.api.calls.map(({ apiKey }) => apiKey)).toEqual([API_KEY, API_KEY, 'new-key']);
  });

  test('falls back to the previous key while the API refuses the new one', async () => {
    const world = new AudioWorld();
    world.secretSource.versions = ['new-key', 'old-key'];
    world.api.replies = [reply(401), GOOD_REPLY];
    expect(await analyze(world)).toMatchObject({ kind: 'analyzed' });
    expect(world.api.calls.map(({ apiKey }) => apiKey)).toEqual(['new-key', 'old-key']);
  });

  test('makes two calls to an API that accepts no key', async () => {
    const world = new AudioWorld();
    world.secretSource.versions = ['new-key', 'old-key'];
    world.api.replies = [reply(401)];
    await expect(analyze(world)).rejects.toMatchObject({ reason: 'api_key_not_accepted' });
    expect(world.api.calls).toHaveLength(2);
  });

  test.each([301, 403, 404, 405])('does not retry a %i', async (status) => {
    const world = new AudioWorld();
    world.api.replies = [reply(status)];
    await expect(analyze(world)).rejects.toMatchObject({ reason: 'api_refused_the_call' });
    expect(world.api.calls).toHaveLength(1);
  });

  test.each([
    [422, { code: 'VALIDATION_ERROR' }, 'unclear'],
    [403, undefined, 'elsewhere'],
  ])('%i with %j has the fault %s', async (status, body, fault) => {
    const world = new AudioWorld();
    world.api.replies = [{ ...reply(status), body }];
    await expect(analyze(world)).rejects.toMatchObject({ reason: 'api_refused_the_call', fault });
  });

  test.each<[string, number, unknown]>([
    ['a page', 200, undefined],
    ['a score out of range', 200, { score: 2, label: 'x', latency_ms: 1 }],
    ['a score that is no number', 200, { score: 'high', label: 'x', latency_ms: 1 }],
    ['nothing yet', 202, { status: 'queued' }],
    ['nothing', 204, undefined],
  ])('rejects the file after the second %s (%i)', async (_name, status, body) => {
    const world = new AudioWorld();
    world.api.replies = [reply(status, {}, body)];
    expect(await analyze(world)).toEqual({ kind: 'refused', code: 'UNUSABLE_ANSWER' });
    expect(world.api.calls).toHaveLength(2);
    world.api.replies = [reply(status, {}, body), GOOD_REPLY];
    expect(await analyze(world)).toMatchObject({ kind: 'analyzed' });
  });

  test('counts only answers without a result, not the errors between them', async () => {
    const world = new AudioWorld();
    world.api.replies = [reply(500), reply(200), reply(503), reply(200), GOOD_REPLY];
    expect(await analyze(world)).toEqual({ kind: 'refused', code: 'UNUSABLE_ANSWER' });
    expect(world.api.calls).toHaveLength(4);
  });

  test('starts no more calls in any minute than the limit, over all files', async () => {
    const world = new AudioWorld();
    const ports = world.start({ callsPerMinute: 3 });
    const startsMs: number[] = [];
    for (let file = 0; file < 8; file += 1) {
      await analyze(world, 300_000, ports);
      startsMs.push(world.clock.timeMs);
    }
    for (const [index, startMs] of startsMs.entries()) {
      expect(startMs - (startsMs[index - 3] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(60_000);
    }
  });

  test('pauses all calls when a response says that none remain', async () => {
    const world = new AudioWorld();
    const ports = world.start();
    const reset = String(Date.UTC(2026, 0, 5, 12, 35, 20) / 1000);
    world.api.replies = [
      { ...GOOD_REPLY, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset } },
      GOOD_REPLY,
    ];
    await analyze(world, 60_000, ports);
    await analyze(world, 60_000, ports);
    expect(world.clock.timeMs).toBeGreaterThanOrEqual(Number(reset) * 1000);
  });
});
