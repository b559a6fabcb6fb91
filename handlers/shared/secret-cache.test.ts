import { describe, expect, test } from 'vitest';
import { SECRET, sign, toRequest } from '../../scripts/local/webhook-request.ts';
import { FakeClock, MemorySecretSource } from '../../test/support/handlers/memory-ports.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { handleRequest } from '../webhook_handler/handle-request.ts';
import { readSecretText } from './adapters/secrets-manager-source.ts';
import { SecretCache } from './secret-cache.ts';

const signal = new AbortController().signal;

function createCache(...versions: string[]) {
  const source = new MemorySecretSource(...versions);
  const clock = new FakeClock();
  return { source, clock, cache: new SecretCache(source, clock) };
}

describe('SecretCache', () => {
  test('fetches once in 300 s, and once for many parallel callers', async () => {
    const { source, clock, cache } = createCache('new', 'old');
    await Promise.all([cache.get(signal), cache.get(signal), cache.get(signal)]);
    clock.timeMs += 299_999;
    expect(await cache.get(signal)).toEqual(['new', 'old']);
    expect(source.fetchCount).toBe(1);
    clock.timeMs += 1;
    await cache.get(signal);
    expect(source.fetchCount).toBe(2);
  });

  test('refreshes on demand at most once in 30 s', async () => {
    const { source, clock, cache } = createCache('old');
    await cache.get(signal);
    source.versions = ['new', 'old'];
    expect(await cache.refresh(signal)).toEqual(['new', 'old']);
    for (let elapsedMs = 0; elapsedMs < 29_000; elapsedMs += 1_000) {
      clock.timeMs += 1_000;
      expect(await cache.refresh(signal)).toBeUndefined();
    }
    clock.timeMs += 1_000;
    expect(await cache.refresh(signal)).toEqual(['new', 'old']);
    expect(source.fetchCount).toBe(3);
  });

  test('serves cached versions while the source is down, and rejects a refresh', async () => {
    const { source, clock, cache } = createCache('old');
    await cache.get(signal);
    source.failing = true;
    clock.timeMs += 400_000;
    expect(await cache.get(signal)).toEqual(['old']);
    await expect(cache.refresh(signal)).rejects.toThrow('No secret value');
    await expect(cache.refresh(signal)).rejects.toThrow('No secret value');
    expect(source.fetchCount).toBe(3);
  });

  test('rejects while the secret has no value, and recovers', async () => {
    const { source, cache } = createCache();
    await expect(cache.get(signal)).rejects.toThrow('No secret value');
    source.versions = ['now'];
    expect(await cache.get(signal)).toEqual(['now']);
  });

  test('fetches once in 30 s while the source is down', async () => {
    const { source, clock, cache } = createCache('old');
    await cache.get(signal);
    source.failing = true;
    clock.timeMs += 300_000;
    await cache.get(signal);
    expect(source.fetchCount).toBe(2);
    clock.timeMs += 29_999;
    expect(await cache.get(signal)).toEqual(['old']);
    expect(source.fetchCount).toBe(2);
    clock.timeMs += 1;
    await cache.get(signal);
    expect(source.fetchCount).toBe(3);
  });

  test('rejects with the cause when the first fetch fails', async () => {
    const { source, cache } = createCache('unreachable');
    source.failing = true;
    const unavailable = { name: 'SecretUnavailableError', message: 'No secret value is available' };
    const cause = expect.any(Error);
    await expect(cache.get(signal)).rejects.toMatchObject({ ...unavailable, cause });
    await expect(cache.refresh(signal)).rejects.toMatchObject({ ...unavailable, cause });
  });

  test('treats a rejection without an error as a failure', async () => {
    const fetchVersions = () => Promise.reject(undefined);
    const cache = new SecretCache({ fetchVersions }, new FakeClock());
    await expect(cache.refresh(signal)).rejects.toMatchObject({ cause: { message: 'unknown' } });
  });

  test('parallel callers share one refresh', async () => {
    const { source, cache } = createCache('old');
    await cache.get(signal);
    source.versions = ['new', 'old'];
    const refreshed = await Promise.all([cache.refresh(signal), cache.refresh(signal)]);
    expect(refreshed).toEqual([
      ['new', 'old'],
      ['new', 'old'],
    ]);
    expect(source.fetchCount).toBe(2);
  });

  test('refuses none of 10,000 signed events during a rotation', async () => {
    const world = new WebhookWorld();
    const ports = world.start();
    for (let index = 0; index < 10_000; index += 1) {
      world.clock.timeMs += 100;
      if (index === 3_000) world.secretSource.versions = ['second', world.secretSource.versions[0] ?? ''];
      // The sender's servers switch to the new secret one after another, some time after it was stored.
      const secret = index > 3_500 && index % 7 !== 0 ? 'second' : SECRET;
      const body = `{"event_id":"evt_${index}","event_type":"t","data":{}}`;
      const headers = { 'X-Sonotheia-Signature': sign(body, secret) };
      expect((await handleRequest(toRequest(body, { headers }), ports, 60_000)).statusCode).toBe(200);
    }
    expect(world.secretSource.fetchCount).toBeLessThan(10);
  });

  test('forged requests cause one fetch in 30 s, and get a 503 in between', async () => {
    const world = new WebhookWorld();
    const ports = world.start();
    const statuses = new Map<number, number>();
    for (let index = 0; index < 6_000; index += 1) {
      world.clock.timeMs += 10;
      const status = await postForged(world, ports, String(index));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(world.secretSource.fetchCount).toBe(3);
    expect(statuses).toEqual(
      new Map([
        [401, 2],
        [503, 5_998],
      ]),
    );
  });

  test('no event is lost during a rotation while a forged request arrives every second', async () => {
    for (let rotatedAtS = 1; rotatedAtS <= 61; rotatedAtS += 3) {
      const world = new WebhookWorld();
      const ports = world.start();
      const due = new Map([[rotatedAtS, 0]]);
      let accepted = 0;
      for (let second = 0; second < 200; second += 1) {
        await postForged(world, ports, String(second));
        if (second === rotatedAtS) world.secretSource.versions = ['second', SECRET];
        const attempt = due.get(second);
        if (attempt !== undefined) {
          // An event signed with the new secret, with Sonotheia's retries.
          const body = '{"event_id":"e","event_type":"t","data":{}}';
          const headers = { 'X-Sonotheia-Signature': sign(body, 'second') };
          const { statusCode } = await handleRequest(toRequest(body, { headers }), ports, 60_000);
          if (statusCode === 200) accepted += 1;
          else if (statusCode === 503) due.set(second + ([5, 25, 125][attempt] ?? 0), attempt + 1);
        }
        world.clock.timeMs += 1_000;
      }
      expect(accepted, `rotated after ${rotatedAtS} s`).toBe(1);
      expect(world.secretSource.fetchCount).toBeLessThanOrEqual(9);
    }
  });
});

async function postForged(world: WebhookWorld, ports: ReturnType<WebhookWorld['start']>, key: string) {
  const headers = { 'X-Sonotheia-Signature': sign('forged', key) };
  const { statusCode } = await handleRequest(toRequest('forged', { headers }), ports, 60_000);
  expect(world.table.items.size).toBeLessThanOrEqual(2);
  return statusCode;
}

describe('readSecretText', () => {
  test.each([
    ['plain', 'plain'],
    [' plain\n', 'plain'],
    ['{"api_key":"inner"}', 'inner'],
    ['{"api_key":" "}', ''],
    ['{"api_key":1}', ''],
    ['{"other":"inner"}', ''],
    ['{}', ''],
    ['{not JSON', '{not JSON'],
    ['"quoted"', '"quoted"'],
    ['', ''],
  ])('reads %j as %j', (text, expected) => {
    expect(readSecretText(text, 'api_key')).toBe(expected);
  });
});
