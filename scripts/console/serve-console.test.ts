import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Problem } from '../../generator/command-line/problem.ts';
import { type FakeOptions, FakeSource } from '../../test/console/fake-source.ts';
import { type ConsoleServer, serveConsole } from './serve-console.ts';

const PAGE = [
  { path: 'index.html', contentType: 'text/html; charset=utf-8', contents: Buffer.from('<!doctype html>') },
];
const OWN = { 'x-sonotheia-console': '1', 'content-type': 'application/json' };

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

describe('the web server of the console', () => {
  const servers: ConsoleServer[] = [];
  const bugs: unknown[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    expect(bugs.splice(0)).toEqual([]);
  });

  async function start(source = new FakeSource(), token?: string) {
    const server = await serveConsole({
      source,
      page: PAGE,
      port: 0,
      token,
      onBug: (error) => bugs.push(error),
    });
    servers.push(server);
    const { port } = new URL(server.url);
    const send = (path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const request = http.request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
        });
        request.on('error', reject).end(body);
      });
    const post = (path: string, value: unknown, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> =>
      send(path, { method: 'POST', headers: { ...OWN, ...headers }, body: JSON.stringify(value) });
    return { source, server, port, send, post };
  }

  const withOverview = (overview: FakeOptions['overview']): FakeSource =>
    new FakeSource({ ...(overview && { overview }) });

  it('forgets a session only by its id, also where other actions ask for another word', async () => {
    const { source, post } = await start(withOverview({ actions: ['forget'], confirmWith: 'live' }));
    const request = { sessionId: 'sess_00001', although: ['sar'] };
    expect((await post('/api/forget/plan', request)).status).toBe(200);
    for (const typed of ['', 'live', 'sess_00002'])
      expect((await post('/api/forget', request, { 'x-confirm': typed })).status).toBe(409);
    for (const wrong of [{}, { sessionId: '' }, { sessionId: 'sess_00001', although: 'sar' }])
      expect((await post('/api/forget', wrong, { 'x-confirm': 'sess_00001' })).status).toBe(400);
    expect((await post('/api/forget', request, { 'x-confirm': 'sess_00001' })).status).toBe(200);
    expect((source as FakeSource).forgotten).toEqual([request]);
    const readOnly = await start(withOverview({ actions: [] }));
    for (const path of ['/api/forget', '/api/forget/plan'])
      expect((await readOnly.post(path, request, { 'x-confirm': 'sess_00001' })).status).toBe(403);
  });

  it('listens on 127.0.0.1 only', async () => {
    const { server } = await start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it.each([
    ['a rebound name', { host: 'attacker.example' }, 421],
    ['a rebound name with the port', { host: 'attacker.example:4600' }, 421],
    ['another origin', { origin: 'https://attacker.example' }, 403],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['a tag of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a tag of another port', { 'sec-fetch-site': 'same-site' }, 403],
  ])('refuses %s', async (_name, headers, status) => {
    const { send } = await start();
    const answer = await send('/api/overview', { headers });
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('sonotheia-example');
  });

  it.each([
    '/api/overview',
    '/x/../api/overview',
    '/x/%2e%2e/api/overview',
    '/api/./overview',
    '/api//overview',
    '//api/overview',
    '///api/overview',
    '/\\\\api/overview',
    '/%61pi/overview',
    '/api%2foverview',
    '/API/overview',
    '/api/overview.',
    '/api/overview/',
    '/api;/overview',
    '/api/stream',
    '/api/stream?token=secret',
    'http://127.0.0.1/api/overview',
    'http://secret@attacker.example/api/overview',
    'foo:/api/overview',
    'foo:api/overview',
    '*',
  ])('answers nothing of the API without the token: %s', async (path) => {
    const { send } = await start(new FakeSource(), 'secret');
    for (const headers of [{}, { authorization: 'Bearer' }, { authorization: 'bearer secret' }])
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'TRACE']) {
        const answer = await send(path, { method, headers: { ...OWN, ...headers } });
        expect([400, 401, 404, 405], `${method} ${answer.status}`).toContain(answer.status);
        expect(answer.body).not.toContain('sonotheia-example');
      }
  });

  it('refuses a form of another site, and what only a script of the page can leave out', async () => {
    const { source, send } = await start();
    const body = JSON.stringify({ name: 'kill' });
    const form = { 'content-type': 'text/plain' };
    for (const headers of [
      form,
      { ...form, 'x-sonotheia-console': '1' },
      { 'content-type': 'application/json' },
    ])
      expect((await send('/api/fault', { method: 'POST', headers, body })).status).toBeGreaterThanOrEqual(
        400,
      );
    expect((await send('/api/overview', { method: 'OPTIONS' })).status).toBe(405);
    expect((source as FakeSource).faultValues.size).toBe(0);
  });

  it('allows nothing inline, nothing from outside and no frame', async () => {
    const { send } = await start();
    for (const path of ['/', '/api/overview', '/none']) {
      const { headers } = await send(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
    }
  });

  it('serves only the files of the page', async () => {
    const { send } = await start();
    expect((await send('/')).status).toBe(200);
    for (const path of ['/../package.json', '/%2e%2e/package.json', '/page', '//etc/passwd', '/__proto__'])
      expect((await send(path)).status).toBe(404);
    expect((await send('/api/constructor')).status).toBe(404);
  });

  it('wants the token, for the stream too, and puts it into the fragment', async () => {
    const { server, send } = await start(new FakeSource(), 'a-token');
    expect(new URL(server.url).hash).toBe('#token=a-token');
    for (const path of ['/api/overview', '/api/stream'])
      for (const authorization of [undefined, 'Bearer a-toke', 'Bearer a-tokens', 'a-token'])
        expect((await send(path, { headers: authorization ? { authorization } : {} })).status).toBe(401);
    expect((await send('/api/overview', { headers: { authorization: 'Bearer a-token' } })).status).toBe(200);
    // Other spellings of the same address.
    for (const path of ['/x/../api/overview', '/\\x/api/overview', 'http://x/api/overview', '//x/api/stream'])
      expect((await send(path)).status, path).toBe(401);
    expect((await send('/')).status).toBe(200);
  });

  it('refuses an address that is none', async () => {
    const { send } = await start();
    for (const path of ['//', '//[', 'http://[']) expect((await send(path)).status, path).toBe(404);
  });

  it('refuses every action of a read-only system, and what nobody confirmed', async () => {
    const readOnly = await start(withOverview({ actions: [] }));
    const calls: [string, unknown][] = [
      ['/api/recordings?name=a.wav', {}],
      ['/api/send', { replay: '1' }],
      ['/api/redrive', { queue: 'dead-letters' }],
      ['/api/fault', { name: 'kill' }],
    ];
    for (const [path, body] of calls) expect((await readOnly.post(path, body)).status).toBe(403);
    const asking = await start(withOverview({ actions: ['redrive'], confirmWith: 'produção' }));
    const redrive = (confirm?: string): Promise<Answer> =>
      asking.post(
        '/api/redrive',
        { queue: 'dead-letters' },
        confirm === undefined ? {} : { 'x-confirm': confirm },
      );
    for (const confirm of [undefined, '', 'prod', '%']) expect((await redrive(confirm)).status).toBe(409);
    expect((await redrive(encodeURIComponent('produção'))).body).toBe('{"moved":1}');
  });

  it.each([
    ['/api/sessions?limit=0', 'limit must be a whole number from 1 to 500.'],
    ['/api/sessions?limit=1e9', 'limit must be a whole number from 1 to 500.'],
    ['/api/session', 'id is missing.'],
    ['/api/audio?key=', 'key is missing.'],
  ])('explains %s', async (path, what) => {
    const { send } = await start();
    expect(await send(path)).toMatchObject({ status: 400, body: JSON.stringify({ what }) });
  });

  it('refuses a body without limit, and passes one of 10 MB on', async () => {
    const { source, send, post } = await start();
    expect(
      (await post('/api/send', { body: 'x'.repeat(10 * 1024 ** 2), signature: 'valid', times: 1 })).status,
    ).toBe(200);
    expect(source.sent).toHaveLength(1);
    const huge = Buffer.alloc(33 * 1024 ** 2);
    const refused = await send('/api/recordings?name=a.wav', { method: 'POST', headers: OWN, body: huge });
    expect(refused.status).toBe(413);
    expect(source.uploads).toEqual([]);
    for (const times of [0, 11, 1.5, '1'])
      expect((await post('/api/send', { body: '', signature: 'valid', times })).status).toBe(400);
  });

  it('sends a recording as a download, whatever its type', async () => {
    const { send } = await start();
    await send('/api/recordings?name=a.html', {
      method: 'POST',
      headers: { ...OWN, 'content-type': 'text/html' },
      body: '<script>',
    });
    const { headers, body } = await send('/api/audio?key=incoming/a.html');
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
    });
    expect(body).toBe('<script>');
  });

  it('shows a problem with its fix, and of a bug only that there is one', async () => {
    const { source, send } = await start();
    source.queues = () =>
      Promise.reject(new Problem({ what: 'There is no queue.', fix: 'npx sonotheia deploy' }));
    source.metrics = () => Promise.reject(new Error('a detail of the inside'));
    expect(await send('/api/queues')).toMatchObject({
      status: 422,
      body: '{"what":"There is no queue.","fix":"npx sonotheia deploy"}',
    });
    const answer = await send('/api/metrics');
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('inside');
    expect(bugs.splice(0)).toHaveLength(1);
  });

  it('streams changes to each page, together, and stops with it', async () => {
    const { source, port } = await start();
    const texts = await Promise.all(
      [1, 2]
        .map(async () => {
          const controller = new AbortController();
          const response = await fetch(`http://127.0.0.1:${port}/api/stream`, { signal: controller.signal });
          const reader = response.body?.getReader();
          let text = '';
          while (!text.includes('changed'))
            text += Buffer.from((await reader?.read())?.value ?? []).toString();
          controller.abort();
          return text;
        })
        .concat(
          (async () => {
            while (source.listeners < 2) await sleep(5);
            for (let index = 0; index < 1_000; index += 1) {
              source.emit({
                kind: 'moved',
                from: 'queue',
                to: 'audio',
                label: 'x\n\ndata: forged',
                isFailure: false,
              });
              source.emit({ kind: 'changed', topics: ['queues', 'logs'] });
            }
            return '';
          })(),
        ),
    );
    for (const text of texts.slice(0, 2)) {
      expect(text.match(/"changed"/g)).toHaveLength(1);
      expect(text).toContain('{"kind":"changed","topics":["queues","logs"]}');
      expect(text.match(/"moved"/g)).toHaveLength(40);
      expect(text).not.toContain('\ndata: forged');
    }
    while (source.listeners > 0) await sleep(5);
  });
});
