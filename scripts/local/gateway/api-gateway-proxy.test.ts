import { describe, expect, it } from 'vitest';
import { findRoute, toProxyAnswer } from './api-gateway-proxy.ts';

function resource(path: string, method = 'GET') {
  return {
    path,
    resourceMethods: { [method]: { methodIntegration: { type: 'AWS_PROXY' as const, uri: path } } },
  };
}

describe('routes', () => {
  const RESOURCES = [
    resource('/{proxy+}', 'ANY'),
    resource('/users/{id}'),
    resource('/users/me'),
    { path: '/' },
    resource('/a.b'),
  ];

  it.each([
    ['/users/me', '/users/me', null],
    ['/users/7', '/users/{id}', { id: '7' }],
    ['/users/7/calls', '/{proxy+}', { proxy: 'users/7/calls' }],
    ['/axb', '/{proxy+}', { proxy: 'axb' }],
    ['/a.b', '/a.b', null],
  ])('%s is served by %s', (path, resourcePath, pathParameters) => {
    expect(findRoute(RESOURCES, 'GET', path)).toMatchObject({ resourcePath, pathParameters });
  });

  it('has none for an unknown path or method', () => {
    expect(findRoute([resource('/users/me')], 'GET', '/users')).toBeUndefined();
    expect(findRoute([resource('/users/me')], 'POST', '/users/me')).toBeUndefined();
  });
});

describe('answers of a function', () => {
  const answer = (payload: unknown) => toProxyAnswer({ payload: JSON.stringify(payload), failed: false });

  it('become HTTP answers', () => {
    const multiValueHeaders = { 'Set-Cookie': ['a=1', 'b=2'] };
    const body = Buffer.from('binary').toString('base64');

    expect(
      answer({ statusCode: 201, headers: { 'X-A': '1' }, multiValueHeaders, body, isBase64Encoded: true }),
    ).toEqual({
      status: 201,
      headers: { 'content-type': 'application/json', 'x-a': '1', 'set-cookie': ['a=1', 'b=2'] },
      body: Buffer.from('binary'),
    });
  });

  it.each([
    ['no status code', { body: 'x' }],
    ['a body that is no text', { statusCode: 200, body: { status: 'ok' } }],
    ['nothing', null],
    ['a text', 'ok'],
  ])('are refused: %s', (_, payload) => {
    expect(answer(payload)).toBeUndefined();
  });

  it('are refused when the invocation failed', () => {
    expect(toProxyAnswer({ payload: '{"statusCode":200}', failed: true })).toBeUndefined();
  });
});
