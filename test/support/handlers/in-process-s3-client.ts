// The real SDK S3 client with the in-process S3, without a network.
import { S3Client } from '@aws-sdk/client-s3';
import { answerS3, type StoredObject } from '../../../scripts/local/services/s3-objects.ts';
import type { ServiceAnswer, ServiceRequest } from '../../../scripts/local/services/service-answer.ts';

/** The audio processor's S3 operations, in order. */
export type S3Step = 'head' | 'get' | 'copy' | 'put' | 'verify' | 'delete';

export class InProcessS3 {
  readonly objects = new Map<string, StoredObject>();
  readonly steps: S3Step[] = [];
  /** Replaces S3's response; undefined keeps it. Throws to simulate a network error. */
  intercept: (step: S3Step, request: ServiceRequest) => ServiceAnswer | undefined = () => undefined;

  createClient(): S3Client {
    return new S3Client({
      region: 'us-east-1',
      endpoint: 'http://s3',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      requestHandler: { handle: (request: SdkRequest) => this.#handle(request) },
    });
  }

  async #handle({ method, path, headers, body }: SdkRequest): Promise<{ response: SdkResponse }> {
    await new Promise(setImmediate);
    const request = { method, path, headers, ...(body === undefined ? {} : { body }) };
    const step = nameStep(request);
    this.steps.push(step);
    const answer = this.intercept(step, request) ?? answerS3(request, this.objects);
    const bytes = method === 'HEAD' ? '' : (answer.body ?? '');
    return {
      response: {
        statusCode: answer.status,
        headers: { ...answer.headers },
        body: new Blob([typeof bytes === 'string' ? bytes : new Uint8Array(bytes)]).stream(),
      },
    };
  }
}

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: ReadableStream;
}

function nameStep({ method, path, headers }: ServiceRequest): S3Step {
  if (method === 'HEAD') return /^\/[^/]+\/incoming\//.test(path) ? 'head' : 'verify';
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'put' : 'copy';
  return method === 'GET' ? 'get' : 'delete';
}
