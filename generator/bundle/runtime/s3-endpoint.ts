// Replaces the S3 client's endpoint rules in the bundles. Of their 14 parameters and 80 conditions it supports those
// for plain bucket names: every partition, a custom endpoint, FIPS and dual stack. A test compares it with the
// original. Refuses access points, Outposts, S3 Express and acceleration.
import { partition } from '@aws-sdk/core/client';

export interface S3EndpointParameters {
  readonly Bucket?: string;
  readonly Region?: string;
  /** A custom endpoint's URL. */
  readonly Endpoint?: string;
  readonly ForcePathStyle?: boolean;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
  readonly Accelerate?: boolean;
}

/** A bucket name that can be a label of a host name. With dots, no certificate would match. */
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
/** Reserved prefixes and suffixes of S3 names. */
const NO_PLAIN_BUCKET = /:|--(?:x-s3|xa-s3|op-s3)$/;

/** Returns the URL and the signing properties of requests to a bucket. */
export function defaultEndpointResolver(parameters: S3EndpointParameters) {
  const { Bucket, Region = '', Endpoint, ForcePathStyle, UseFIPS, UseDualStack, Accelerate } = parameters;
  if (Accelerate === true || NO_PLAIN_BUCKET.test(Bucket ?? ''))
    throw new Error('Only plain buckets are supported');
  if (Endpoint !== undefined && (UseFIPS === true || UseDualStack === true)) {
    throw new Error('A custom endpoint has neither FIPS nor dual stack');
  }
  const { name, dnsSuffix } = partition(Region);
  if (UseFIPS === true && name === 'aws-cn') throw new Error('There is no FIPS in China');
  const service = `s3${UseFIPS === true ? '-fips' : ''}${UseDualStack === true ? '.dualstack' : ''}`;
  const url = new URL(Endpoint ?? `https://${service}.${Region}.${dnsSuffix}`);
  if (Bucket !== undefined) {
    const isHost = HOST_LABEL.test(Bucket) && ForcePathStyle !== true && !/^[\d.]+$|^\[/.test(url.hostname);
    if (isHost) url.host = `${Bucket}.${url.host}`;
    else url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(Bucket)}`;
  }
  const authSchemes = [
    { name: 'sigv4', signingName: 's3', signingRegion: Region, disableDoubleEncoding: true },
  ];
  return { url, headers: {}, properties: { authSchemes } };
}
