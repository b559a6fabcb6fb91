// The Sonotheia API over a keep-alive pool. node:https rather than fetch: it writes the audio without copying it.
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { startDeadline } from '../../shared/deadline.ts';
import { systemClock } from '../../shared/system-clock.ts';
import { uploadNameOf } from '../audio-format.ts';
import type { AnalysisRequest, ApiCallOptions, ApiReply, SonotheiaApi } from '../ports.ts';
import { buildMultipart, type MultipartBody } from './multipart.ts';

const MAX_REPLY_BYTES = 1024 * 1024;
const MAX_SOCKETS = 10;

/** Redirects are not followed: the key must not reach another host. */
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
      const text = await readText(response);
      return { status: response.statusCode ?? 0, headers: flattenHeaders(response), body: parseBody(text) };
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

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_REPLY_BYTES) throw new Error('The reply is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function flattenHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
