import type http from 'node:http';

export interface ApiRequest {
  readonly apiId: string;
  readonly stage: string;
  /** Decoded path below the stage, such as `/webhook`. */
  readonly path: string;
  readonly message: Pick<http.IncomingMessage, 'method' | 'url' | 'headers' | 'rawHeaders'>;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body: string | Buffer;
}
