// The endpoints of plain buckets, against the S3 client's own rules.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultEndpointResolver, type S3EndpointParameters } from './runtime/s3-endpoint.ts';

const projectRoot = join(import.meta.dirname, '..', '..');
const original = join(projectRoot, 'node_modules', `.s3-endpoint-${process.pid}.mjs`);

type Resolver = typeof defaultEndpointResolver;
let resolveAsTheClient: Resolver;

beforeAll(async () => {
  const path = join(projectRoot, 'node_modules/@aws-sdk/client-s3/dist-es/endpoint/endpointResolver.js');
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    write: false,
  });
  writeFileSync(original, outputFiles[0]?.text ?? '');
  ({ defaultEndpointResolver: resolveAsTheClient } = (await import(pathToFileURL(original).href)) as {
    defaultEndpointResolver: Resolver;
  });
});

afterAll(() => rmSync(original, { force: true }));

function resolve(resolver: Resolver, parameters: S3EndpointParameters): unknown {
  try {
    const { url, headers, properties } = resolver(parameters);
    return { url: url.href, headers: headers ?? {}, authSchemes: properties?.authSchemes };
  } catch {
    return 'refused';
  }
}

const REGIONS = ['us-east-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'xx-new-1'];
const ENDPOINTS = [
  undefined,
  'http://127.0.0.1:5000',
  'http://localhost:4566',
  'https://s3.example.internal',
  'https://gateway.example.internal/s3/',
  'http://[::1]:5000',
];
const BUCKETS = ['acme-voice-audio-dev', 'abc', 'with.dots', '0-9', `x${'-'.repeat(40)}y`];

describe('defaultEndpointResolver', () => {
  it.each(REGIONS)('agrees with the client in %s', (Region) => {
    const parameters = [...BUCKETS, undefined].flatMap((Bucket) =>
      ENDPOINTS.flatMap((Endpoint) =>
        [0, 1, 2, 3, 4, 5, 6, 7].map((flags) => ({
          Region,
          ...(Bucket === undefined ? {} : { Bucket }),
          ...(Endpoint === undefined ? {} : { Endpoint }),
          ForcePathStyle: (flags & 1) !== 0,
          UseFIPS: (flags & 2) !== 0,
          UseDualStack: (flags & 4) !== 0,
        })),
      ),
    );
    // The client makes such a bucket a part of an http host, which an address cannot have.
    const compared = parameters.filter(
      ({ Bucket = '', Endpoint = '' }) => !(Bucket.includes('.') && Endpoint.startsWith('http:')),
    );
    const resolveAll = (resolver: Resolver) =>
      compared.map((each) => ({ ...each, is: resolve(resolver, each) }));
    expect(resolveAll(defaultEndpointResolver)).toEqual(resolveAll(resolveAsTheClient));
  });

  it.each([
    'arn:aws:s3:us-east-1:111122223333:accesspoint/x',
    'bucket--use1-az4--x-s3',
    'bucket--use1-az4--xa-s3',
    'bucket--op-s3',
  ])('refuses %s instead of asking somewhere else', (Bucket) => {
    expect(resolve(defaultEndpointResolver, { Bucket, Region: 'us-east-1' })).toBe('refused');
  });
});
