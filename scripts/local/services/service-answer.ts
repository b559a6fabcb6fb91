// A request to an AWS service and the answer.
import type { IncomingHttpHeaders } from 'node:http';

export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

export interface ServiceRequest {
  readonly method: string;
  /** URL-encoded; for S3 `/<bucket>/<key>`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body?: Uint8Array;
}
