// Takes the place of the S3 client's endpoint rules inside the bundles. Of 14 parameters and 80 conditions the functions
// need those of a bucket named by its name: in any partition, on a server given by address, with FIPS and dual stack.
// A test compares the two. Access points, Outposts, S3 Express and acceleration are refused.
import { partition } from '@aws-sdk/core/client';

export interface S3EndpointParameters {
  readonly Bucket?: string;
  readonly Region?: string;
  /** A server given by address. */
  readonly Endpoint?: string;
  readonly ForcePathStyle?: boolean;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
  readonly Accelerate?: boolean;
}

/** A bucket's name that can be a label of a host name; with dots no certificate would fit. */
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
/** Names that S3 gives a meaning of their own. */
const NO_PLAIN_BUCKET = /:|--(?:x-s3|xa-s3|op-s3)$/;

/** Where requests about a bucket go, and how they are signed. */
export function defaultEndpointResolver(parameters: S3EndpointParameters) {
  const { Bucket, Region = '', Endpoint, ForcePathStyle, UseFIPS, UseDualStack, Accelerate } = parameters;
  if (Accelerate === true || NO_PLAIN_BUCKET.test(Bucket ?? ''))
    throw new Error('Only plain buckets are supported');
  if (Endpoint !== undefined && (UseFIPS === true || UseDualStack === true)) {
    throw new Error('A server given by address has neither FIPS nor dual stack');
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
