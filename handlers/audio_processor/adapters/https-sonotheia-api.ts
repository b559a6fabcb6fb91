// Calls the Sonotheia API over keep-alive connections. node:https, because fetch would copy the audio.
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { unzipSync } from 'node:zlib';
import { startDeadline } from '../../shared/deadline.ts';
import { systemClock } from '../../shared/system-clock.ts';
import { uploadNameOf } from '../audio-format.ts';
import type { AnalysisRequest, ApiCallOptions, ApiReply, SonotheiaApi } from '../ports.ts';
import { buildMultipart, type MultipartBody } from './multipart.ts';

const MAX_REPLY_BYTES = 1024 * 1024;
const MAX_SOCKETS = 10;

/** Follows no redirects: the API key must not reach another host. */
export class HttpsSonotheiaApi implements SonotheiaApi {
  readonly #url: URL;
  readonly #agent: http.Agent;

  constructor(baseUrl: URL) {
    this.#url = new URL(`${baseUrl.href.replace(/\/+$/, '')}/v1/voice/deepfake`);
    const { Agent } = baseUrl.protocol === 'http:' ? http : https;
    this.#agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  async detectDeepfake(request: AnalysisRequest, options: ApiCallOptions): Promise<ApiReply> {
    const deadline = startDeadline(systemClock, options.timeoutMs, options.signal);
    try {
      const response = await this.#post(buildBody(request), options.apiKey, deadline.signal);
      const body = await readBody(response).catch((error: unknown) => {
        // Any other error keeps the status: the account has paid for the call.
        if (deadline.signal.aborted) throw error;
      });
      return { status: response.statusCode ?? 0, headers: flattenHeaders(response), body };
    } finally {
      deadline.clear();
    }
  }

  #post(body: MultipartBody, apiKey: string, signal: AbortSignal): Promise<IncomingMessage> {
    const send = this.#url.protocol === 'http:' ? http.request : https.request;
    return new Promise((resolve, reject) => {
      const request = send(this.#url, {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: {
          Authorization: `Bearer ${apiKey}`,
          Accept: 'application/json',
          'Content-Type': body.contentType,
          'Content-Length': body.lengthBytes,
        },
      });
      request.on('error', reject);
      request.on('response', resolve);
      for (const chunk of body.chunks) request.write(chunk);
      request.end();
    });
  }
}

function buildBody({ audio, contentType, sessionId }: AnalysisRequest): MultipartBody {
  const metadata = sessionId === undefined ? undefined : JSON.stringify({ session_id: sessionId });
  return buildMultipart([
    { name: 'audio', fileName: uploadNameOf(contentType), contentType, content: audio },
    ...(metadata === undefined
      ? []
      : [{ name: 'metadata', contentType: 'application/json', content: metadata }]),
  ]);
}

/**
 * Parses the JSON body, which a proxy may have compressed; undefined when it is larger than 1 MiB.
 * @throws SyntaxError when the body is not JSON, or an error of zlib or of the connection
 */
async function readBody(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the response and its connection.
    if (length > MAX_REPLY_BYTES) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const isCompressed = /gzip|deflate/i.test(response.headers['content-encoding'] ?? '');
  const text = isCompressed ? unzipSync(bytes, { maxOutputLength: MAX_REPLY_BYTES }) : bytes;
  // JSON.parse refuses a byte order mark.
  return JSON.parse(text.toString('utf8').replace(/^\uFEFF/, ''));
}

function flattenHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
