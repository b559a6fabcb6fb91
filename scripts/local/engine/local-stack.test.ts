import { expect, test } from 'vitest';
import { compileSpec } from '../../../generator/compile-spec.ts';
import { describeStack, functionVariables } from './local-stack.ts';

test('the functions get the variables of the spec, except those that lead into a layer or to another server', () => {
  const spec = `
project_name: acme
defaults:
  lambda:
    environment:
      NODE_OPTIONS: --require /opt/tracer.js
      AWS_LAMBDA_EXEC_WRAPPER: /opt/wrapper
      AWS_ENDPOINT_URL_S3: https://vpce-1.s3.us-east-1.vpce.amazonaws.com
      AWS_USE_FIPS_ENDPOINT: "true"
      LD_PRELOAD: /opt/x.so
      TZ: Asia/Kathmandu
environments:
  dev: { regions: [us-east-1] }
`;
  const compiled = compileSpec('spec.yaml', new TextEncoder().encode(spec));
  const [environment] = compiled.ok ? compiled.value.environments : [];
  const [region] = environment?.regions ?? [];
  if (environment === undefined || region === undefined) throw new Error('The spec is refused');
  const stack = describeStack(environment, region, { sourceMaps: false });
  const addresses = { aws: 'http://127.0.0.1:1', api: 'http://127.0.0.1:2' };
  for (const name of ['webhook_handler', 'audio_processor'] as const) {
    const variables = functionVariables(stack, name, addresses);
    expect(variables).toMatchObject({ TZ: 'Asia/Kathmandu', SONOTHEIA_PROJECT: 'acme' });
    expect(Object.keys(variables).filter((key) => /^(?:NODE|AWS|LD)_/.test(key))).toEqual([]);
  }
});
