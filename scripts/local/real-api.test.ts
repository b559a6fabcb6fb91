import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CommandContext } from '../../generator/command-line/command.ts';
import { readRealApi } from './real-api.ts';

beforeEach(() => vi.stubEnv('SONOTHEIA_API_KEY', 'a key'));
afterEach(() => vi.unstubAllEnvs());

async function read(url: string): Promise<{ readonly notes: string[]; readonly url: string | undefined }> {
  const notes: string[] = [];
  const terminal = { note: (text: string) => notes.push(text) };
  const api = await readRealApi(url, { terminal } as unknown as CommandContext);
  return { notes, url: api?.url };
}

test.each([
  'ftp://api.sonotheia.com',
  'http://api.sonotheia.com',
  'https:api.sonotheia.com',
  'https://api.sonotheia.com@evil.example',
  'https://\u0430pi.sonotheia.com',
])('%s gets no key', async (url) => {
  await expect(read(url)).rejects.toThrow(/^--api-url: /);
});

test('another host than that of Sonotheia is named', async () => {
  const url = 'https://api.sonotheia.com.evil.example';
  const said =
    'Recordings and the API key are sent to api.sonotheia.com.evil.example, which is not Sonotheia.';
  expect(await read(url)).toEqual({ url, notes: [said] });
  for (const own of ['https://api.sonotheia.com', 'http://127.0.0.1:4000'])
    expect(await read(own)).toEqual({ url: own, notes: [] });
});
