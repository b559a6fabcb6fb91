import { describe, expect, it } from 'vitest';
import { BASE_URL, findUrlProblem, HTTPS_URL } from './url.ts';

describe('URLs', () => {
  it.each([
    ['https://api.sonotheia.com', undefined, undefined],
    [
      'https://api.sonotheia.com/v1?region=eu',
      '"https://api.sonotheia.com/v1?region=eu" must be a base URL, without a query',
      undefined,
    ],
    ['http://localhost:8080', undefined, '"http://localhost:8080" does not use https'],
    ['http://127.0.0.1/', undefined, '"http://127.0.0.1/" does not use https'],
    [
      'http://example.com',
      '"http://example.com" does not use https (http is for localhost only)',
      '"http://example.com" does not use https',
    ],
    [
      'ftp://localhost',
      '"ftp://localhost" does not use https (http is for localhost only)',
      '"ftp://localhost" does not use https',
    ],
    ['https://localhost', undefined, undefined],
    ['https://[2001:db8::1]:8443/a/b', undefined, undefined],
    [
      'HTTPS://API.EXAMPLE.COM',
      '"HTTPS://API.EXAMPLE.COM" must begin with `https://`, in lower case',
      '"HTTPS://API.EXAMPLE.COM" must begin with `https://`, in lower case',
    ],
    [
      'https:example.com/x',
      '"https:example.com/x" must begin with `https://`, in lower case',
      '"https:example.com/x" must begin with `https://`, in lower case',
    ],
    ['nowhere', '"nowhere" is not a URL', '"nowhere" is not a URL'],
    ['https://user@example.com', 'the URL must not hold credentials', 'the URL must not hold credentials'],
    ['https://:word@example.com', 'the URL must not hold credentials', 'the URL must not hold credentials'],
    ...[
      'https://example.com/#part',
      'https://example.com/a b',
      'https://example.com/{id}',
      'https://example.com/\u0001',
    ].map((url) => {
      const problem = `${JSON.stringify(url)} has characters that do not belong in a URL`;
      return [url, problem, problem] as [string, string, string];
    }),
  ])('%s: %s, and to send to: %s', (url, asBase, asEndpoint) => {
    expect(findUrlProblem(url ?? '', { allowLocalHttp: true })).toBe(asBase);
    expect(findUrlProblem(url ?? '', { allowLocalHttp: false })).toBe(asEndpoint);
    // The generated variables check the forms alone.
    expect(new RegExp(BASE_URL).test(url ?? '')).toBe(asBase === undefined);
    expect(new RegExp(HTTPS_URL).test(url ?? '')).toBe(asEndpoint === undefined);
  });
});
