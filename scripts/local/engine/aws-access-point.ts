// AWS's address for the functions and for other programs: shows their calls, and makes them fail on request.
import type http from 'node:http';
import type { PartId } from '../../console/source.ts';
import type { HttpAnswer } from '../gateway/api-request.ts';
import { type SafeServer, startSafeServer } from '../safe-server.ts';
import {
  type AwsCall,
  type AwsServices,
  answerCall,
  identifyCall,
  refuseUnsigned,
  type Service,
} from '../services/aws-endpoint.ts';
import { answerJson } from '../services/json-answer.ts';
import { keyIn, refuseS3 } from '../services/s3-objects.ts';
import { METRICS } from './alarms.ts';
import type { AwsParts } from './aws-parts.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { FunctionName, LocalStack } from './local-stack.ts';

export interface AwsAccessPointOptions {
  readonly stack: LocalStack;
  readonly parts: AwsParts;
  readonly feed: ChangeFeed;
  readonly port: number;
  readonly isTableThrottled: () => boolean;
  /** Asked after each transaction of a function: true kills the process that made it, before the response. */
  readonly takeKill: (name: FunctionName) => boolean;
  readonly kill: (name: FunctionName, accessKeyId: string) => void;
}

/** An upload of one request: larger ones come in parts. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'GET', 'HEAD', 'GetSecretValue']);
const PART_OF: Readonly<Record<Service, PartId | undefined>> = {
  dynamodb: 'table',
  s3: 'bucket',
  sns: 'topic',
  sqs: 'deadLetters',
  secretsmanager: undefined,
};

export class AwsAccessPoint {
  readonly #options: AwsAccessPointOptions;
  readonly #server: SafeServer;
  readonly #services: AwsServices;

  private constructor(options: AwsAccessPointOptions, server: SafeServer) {
    this.#options = options;
    this.#server = server;
    this.#services = options.parts.services(server.url);
  }

  static async start(options: AwsAccessPointOptions): Promise<AwsAccessPoint> {
    let accessPoint: AwsAccessPoint | undefined;
    const server = await startSafeServer({
      purpose: "AWS's address",
      port: options.port,
      maxBodyBytes: MAX_BODY_BYTES,
      tooLong: complete(refuseS3(400, 'EntityTooLarge')),
      answer: (request, body, signal) =>
        accessPoint?.answer(request, body, signal) ?? Promise.resolve(undefined),
    });
    accessPoint = new AwsAccessPoint(options, server);
    return accessPoint;
  }

  get url(): string {
    return this.#server.url;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  async answer(
    request: http.IncomingMessage,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<HttpAnswer | undefined> {
    const call = identifyCall(request, body);
    if (call === undefined) return complete(refuseUnsigned(request));
    const caller = functionOf(call.accessKeyId);
    if (caller !== undefined && call.service === 'dynamodb' && this.#options.isTableThrottled())
      return complete(this.#throttle(call, caller));
    const answer = await answerCall(call, { request, body, signal }, this.#services);
    this.#draw(call, caller, answer.status);
    const isDownload = caller === 'audio_processor' && call.service === 's3' && call.operation === 'GET';
    if (isDownload && answer.status === 200) this.#options.parts.downloads.add(keyIn(request.url ?? ''));
    if (caller !== undefined && call.operation === 'TransactWriteItems' && this.#options.takeKill(caller)) {
      this.#options.kill(caller, call.accessKeyId);
      request.socket.destroy();
      return undefined;
    }
    return complete(answer);
  }

  #throttle(call: AwsCall, caller: FunctionName): ReturnType<typeof answerJson> {
    const { stack, parts } = this.#options;
    const metric = READS.has(call.operation) ? 'ReadThrottleEvents' : 'WriteThrottleEvents';
    parts.telemetry.count(METRICS.table(stack.names.table, metric), 1);
    this.#draw(call, caller, 400);
    return answerJson(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
      message: 'The level of configured provisioned throughput for the table was exceeded.',
    });
  }

  #draw({ service, operation }: AwsCall, caller: FunctionName | undefined, status: number): void {
    const to = PART_OF[service];
    if (to === undefined || READS.has(operation)) return;
    const { feed } = this.#options;
    if (caller !== undefined) feed.move(partOf(caller), to, operation, status >= 400);
    else if (service === 's3') feed.move('sender', 'bucket', operation, status >= 400);
    feed.change('overview');
  }
}

/** The names of the functions' access keys: `local-audio_processor-3`. */
function functionOf(accessKeyId: string): FunctionName | undefined {
  const name = /^local-(webhook_handler|audio_processor)-\d+$/.exec(accessKeyId)?.[1];
  return name as FunctionName | undefined;
}

export function partOf(name: FunctionName): 'webhook' | 'audio' {
  return name === 'webhook_handler' ? 'webhook' : 'audio';
}

function complete(answer: { status: number; headers?: object; body?: Uint8Array | string }): HttpAnswer {
  return {
    status: answer.status,
    headers: { ...answer.headers },
    body: typeof answer.body === 'string' ? answer.body : Buffer.from(answer.body ?? []),
  };
}
