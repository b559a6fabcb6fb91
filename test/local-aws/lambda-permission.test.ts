import { describe, expect, it } from 'vitest';
import { mayInvoke } from './lambda-permission.ts';

const CALLER = {
  service: 'apigateway.amazonaws.com',
  sourceArn: 'arn:aws:execute-api:us-east-1:123456789012:abc/prod/POST/webhook',
};

function policy(principal: string, sourceArn: string, more: Readonly<Record<string, unknown>> = {}): string {
  const Condition = { ...more, ArnLike: { 'AWS:SourceArn': sourceArn } };
  return JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Service: principal }, Condition }] });
}

describe('permission to invoke a function', () => {
  it.each([
    ['the exact source', CALLER.sourceArn],
    ['any method of the stage', 'arn:aws:execute-api:us-east-1:123456789012:abc/prod/*/webhook'],
    ['any stage', 'arn:aws:execute-api:us-east-1:123456789012:abc/*/POST/webhook'],
  ])('is given for %s', (_, sourceArn) => {
    expect(mayInvoke(policy('apigateway.amazonaws.com', sourceArn), CALLER)).toBe(true);
  });

  it.each([
    ['another API', policy('apigateway.amazonaws.com', 'arn:aws:execute-api:us-east-1:123456789012:xyz/*')],
    ['another path', policy('apigateway.amazonaws.com', `${CALLER.sourceArn}s`)],
    ['another account', policy('apigateway.amazonaws.com', CALLER.sourceArn.replace('1234', '9999'))],
    [
      'a key that API Gateway does not send',
      policy('apigateway.amazonaws.com', CALLER.sourceArn, {
        StringEquals: { 'AWS:SourceAccount': '123456789012' },
      }),
    ],
    ['another service', policy('s3.amazonaws.com', CALLER.sourceArn)],
    ['no policy', undefined],
  ])('is refused for %s', (_, text) => {
    expect(mayInvoke(text, CALLER)).toBe(false);
  });
});
