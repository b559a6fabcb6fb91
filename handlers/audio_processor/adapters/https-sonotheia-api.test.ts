import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HttpsSonotheiaApi } from './https-sonotheia-api.ts';

interface Received {
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly form: FormData;
  readonly socket: unknown;
}

const REQUEST = {
  audio: Buffer.from('RIFF\r\n--\0ÿ'),
  contentType: 'audio/flac',
  sessionId: 'sess_ü"1',
} as const;
const options = { apiKey: 'key', timeoutMs: 5_000, signal: new AbortController().signal };
const received: Received[] = [];
let answer: (response: http.ServerResponse) => void;
let api: HttpsSonotheiaApi;

const server = http.createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { url, headers, socket } = request;
  const form = await new Response(Buffer.concat(chunks), {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData();
  received.push({ url, headers, form, socket });
  answer(response);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api = new HttpsSonotheiaApi(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`));
});
beforeEach(() => {
  received.length = 0;
  answer = (response) => response.setHeader('X-RateLimit-Remaining', '7').end('{"score":0.5}');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('HttpsSonotheiaApi', () => {
  test('sends the unchanged audio under a neutral name, with the session', async () => {
    const reply = await api.detectDeepfake(REQUEST, options);
    expect(reply).toMatchObject({
      status: 200,
      body: { score: 0.5 },
      headers: { 'x-ratelimit-remaining': '7' },
    });
    const [{ url, headers, form } = {} as Received] = received;
    expect(url).toBe('/base/v1/voice/deepfake');
    expect(headers).toMatchObject({
      authorization: 'Bearer key',
      'content-length': expect.stringMatching(/^\d+$/),
    });
    const audio = form.get('audio') as File;
    expect([audio.name, audio.type]).toEqual(['audio.flac', 'audio/flac']);
    expect(Buffer.from(await audio.arrayBuffer())).toEqual(REQUEST.audio);
    const metadata = form.get('metadata') as File | string;
    expect(JSON.parse(typeof metadata === 'string' ? metadata : await metadata.text())).toEqual({
      session_id: 'sess_ü"1',
    });
  });

  test('rebuilds the body for every attempt and keeps the connection', async () => {
    await api.detectDeepfake(REQUEST, options);
    await api.detectDeepfake(REQUEST, options);
    expect(received[0]?.socket).toBe(received[1]?.socket);
    expect(received[0]?.headers['content-type']).not.toBe(received[1]?.headers['content-type']);
  });

  test('returns a response that is not JSON, and follows no redirect', async () => {
    answer = (response) => response.writeHead(302, { Location: '/elsewhere' }).end('<html>');
    expect(await api.detectDeepfake(REQUEST, options)).toMatchObject({ status: 302, body: undefined });
    expect(received).toHaveLength(1);
  });

  test('rejects after its timeout when headers or body do not arrive', async () => {
    answer = () => {};
    await expect(api.detectDeepfake(REQUEST, { ...options, timeoutMs: 100 })).rejects.toThrow();
    answer = (response) => void response.writeHead(200).write('{');
    await expect(api.detectDeepfake(REQUEST, { ...options, timeoutMs: 100 })).rejects.toThrow();
  });

  test.each<[string, (response: http.ServerResponse) => void, unknown]>([
    ['an endless one', (response) => response.end(Buffer.alloc(2 * 1024 * 1024, ' ')), undefined],
    ['one that unpacks to an endless one', sendCompressed(Buffer.alloc(2 * 1024 * 1024, ' ')), undefined],
    ['one that breaks off', breakOff, undefined],
    ['an empty one', (response) => response.end(), undefined],
    ['one with NaN', (response) => response.end('{"score":NaN}'), undefined],
    ['a compressed one', sendCompressed('{"score":0.5}'), { score: 0.5 }],
    ['one with a byte order mark', (response) => response.end('\uFEFF{"score":0.5}'), { score: 0.5 }],
    [
      'one that is called a page',
      (response) => response.setHeader('Content-Type', 'text/html').end('{"score":0.5}'),
      { score: 0.5 },
    ],
  ])('keeps the status of a response with any body: %s', async (_name, send, body) => {
    answer = send;
    expect(await api.detectDeepfake(REQUEST, options)).toMatchObject({ status: 200, body });
  });
});

function sendCompressed(body: Buffer | string) {
  return (response: http.ServerResponse) =>
    void response.setHeader('Content-Encoding', 'gzip').end(gzipSync(body));
}

function breakOff(response: http.ServerResponse): void {
  response.writeHead(200, { 'Content-Length': '100' }).write('{"score":');
  setTimeout(() => response.destroy(), 20);
}
