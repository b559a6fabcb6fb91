// A local Sonotheia API: checks requests as the real one does, and fails on demand.
import type http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSafeServer } from './safe-server.ts';

/** The default key. */
export const API_KEY = 'key-of-this-machine';

/** One response. The default body is a result for status 200 and an error for any other status. */
export interface SonotheiaAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A body that is no JSON, such as the page of a proxy. */
  readonly text?: string;
  readonly delayMs?: number;
  /** Closes the connection without a response. */
  readonly isDropped?: boolean;
  /** Never responds. */
  readonly isHanging?: boolean;
}

export interface SonotheiaRequest {
  /** `Date.now()` when the request was complete. */
  readonly receivedAtMs: number;
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly fileName: string | undefined;
  readonly contentType: string | undefined;
  readonly audio: Buffer | undefined;
  /** The parsed `metadata` part. */
  readonly metadata: unknown;
  readonly answeredStatus: number;
}

export interface SonotheiaApi {
  /** For SONOTHEIA_API_URL. */
  readonly url: string;
  /** All requests so far, including refused ones, in the order of their responses. */
  readonly requests: readonly SonotheiaRequest[];
  /** Replaces the valid keys. */
  acceptKeys(...apiKeys: readonly string[]): void;
  /** Queues responses for the next well-formed requests; afterwards it answers normally. */
  answerNext(...answers: readonly SonotheiaAnswer[]): void;
  /** Queues responses for the next requests with a file of this name. */
  answerFile(fileName: string, ...answers: readonly SonotheiaAnswer[]): void;
  /** Sets members of the normal response, such as `{ score: 0.93, label: 'likely_synthetic' }`. */
  setResult(result: Readonly<Record<string, unknown>>): void;
  stop(): Promise<void>;
}

export const rateLimited = (retryAfterSeconds?: number): SonotheiaAnswer => ({
  status: 429,
  headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  body: { error: 'Rate limit exceeded', code: 'RATE_LIMITED', request_id: 'req_local' },
});

export const serverError = (status = 500): SonotheiaAnswer => ({
  status,
  body: { error: 'Internal server error', code: 'INTERNAL_ERROR', request_id: 'req_local' },
});

/** Builds an error in the newer of the two shapes. */
export const audioTooShort = (): SonotheiaAnswer => ({
  status: 400,
  body: {
    error_code: 'AUDIO_TOO_SHORT',
    message: 'Audio must be at least 3 seconds',
    timestamp: 1767616496,
    contract_version: '1.0',
    request_id: 'req_local',
  },
});

export const slow = (delayMs: number): SonotheiaAnswer => ({ status: 200, delayMs });

export const dropped = (): SonotheiaAnswer => ({ status: 200, isDropped: true });

const LIST_PATH = '/v1/webhooks';
const MAX_AUDIO_BYTES = 10 * 1024 * 1024;
const MAX_REQUEST_BYTES = 2 * MAX_AUDIO_BYTES;
const DEFAULT_RESULT = { score: 0.12, label: 'likely_real', latency_ms: 640, recommended_action: 'allow' };

type Upload = Pick<SonotheiaRequest, 'fileName' | 'contentType' | 'audio' | 'metadata'>;

export interface SonotheiaApiOptions {
  /** A free one by default. */
  readonly port?: number;
  /** Answers a well-formed upload in place of the queued responses. */
  readonly choose?: (upload: Upload) => SonotheiaAnswer;
  /** Gets each request in place of `requests`, which then stays empty: it would hold all audio. */
  readonly onRequest?: (request: SonotheiaRequest) => void;
}

/** Serves `POST /v1/voice/deepfake` and an empty list of webhooks. Until `acceptKeys`, only `apiKey` is valid. */
export async function startSonotheiaApi(
  apiKey: string,
  { port = 0, choose, onRequest }: SonotheiaApiOptions = {},
): Promise<SonotheiaApi> {
  const requests: SonotheiaRequest[] = [];
  const nextAnswers: SonotheiaAnswer[] = [];
  const fileAnswers = new Map<string, SonotheiaAnswer[]>();
  let apiKeys: readonly string[] = [apiKey];
  let result: Readonly<Record<string, unknown>> = DEFAULT_RESULT;

  const chooseAnswer = (request: http.IncomingMessage, upload: Upload): SonotheiaAnswer =>
    findFault(request, upload, apiKeys) ??
    (request.url === LIST_PATH ? { status: 200, body: { webhooks: [] } } : undefined) ??
    choose?.(upload) ??
    fileAnswers.get(upload.fileName ?? '')?.shift() ??
    nextAnswers.shift() ?? { status: 200 };

  const server = await startSafeServer({
    purpose: 'the stand-in for the Sonotheia API',
    port,
    maxBodyBytes: MAX_REQUEST_BYTES,
    tooLong: { status: 413, headers: {}, body: '' },
    async answer(request, bytes) {
      const upload = await readUpload(request, bytes);
      const chosen = chooseAnswer(request, upload);
      if (chosen.delayMs !== undefined) await sleep(chosen.delayMs);
      const { method = '', url: path = '', headers } = request;
      const received = { receivedAtMs: Date.now(), method, path, headers, ...upload };
      (onRequest ?? ((all) => requests.push(all)))({ ...received, answeredStatus: chosen.status });
      if (chosen.isDropped === true) request.socket.destroy();
      if (chosen.isDropped === true || chosen.isHanging === true) return undefined;
      const body =
        chosen.body ??
        (chosen.status === 200 ? withSessionId(result, upload.metadata) : plausibleError(chosen.status));
      return {
        status: chosen.status,
        headers: { 'content-type': 'application/json', ...chosen.headers },
        body: chosen.text ?? JSON.stringify(body),
      };
    },
  });

  return {
    url: server.url,
    requests,
    acceptKeys(...keys) {
      apiKeys = keys;
    },
    answerNext: (...answers) => void nextAnswers.push(...answers),
    answerFile: (fileName, ...answers) =>
      void fileAnswers.set(fileName, [...(fileAnswers.get(fileName) ?? []), ...answers]),
    setResult(newResult) {
      result = { ...DEFAULT_RESULT, ...newResult };
    },
    stop: server.stop,
  };
}

/** Builds an error in the older of the two shapes, without the optional code. */
function plausibleError(status: number): object {
  const isAboutFile = [400, 413, 415, 422].includes(status);
  return {
    error: isAboutFile ? 'The audio was refused' : 'The request was refused',
    request_id: 'req_local',
  };
}

/** Returns the error for a malformed request; undefined when it is well-formed. */
function findFault(
  request: http.IncomingMessage,
  upload: Upload,
  apiKeys: readonly string[],
): SonotheiaAnswer | undefined {
  const refuse = (status: number, code: string, message: string): SonotheiaAnswer => ({
    status,
    body: { error: message, code, request_id: 'req_local' },
  });
  const isList = request.url === LIST_PATH;
  if (!isList && request.url !== '/v1/voice/deepfake') return refuse(404, 'NOT_FOUND', 'Not found');
  if (request.method !== (isList ? 'GET' : 'POST'))
    return refuse(405, 'METHOD_NOT_ALLOWED', 'Method not allowed');
  if (!apiKeys.some((key) => request.headers.authorization === `Bearer ${key}`)) {
    return refuse(401, 'UNAUTHORIZED', 'Invalid API key');
  }
  if (isList) return undefined;
  if (upload.audio === undefined) return refuse(400, 'MISSING_AUDIO', 'No audio part');
  if (upload.audio.length === 0) return refuse(400, 'EMPTY_FILE', 'The audio is empty');
  if (upload.audio.length > MAX_AUDIO_BYTES) return refuse(400, 'FILE_TOO_LARGE', 'The audio is too large');
  return undefined;
}

async function readUpload(request: http.IncomingMessage, body: Buffer): Promise<Upload> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const nothing = { fileName: undefined, contentType: undefined, audio: undefined, metadata: undefined };
  const form = await new Response(new Uint8Array(body), { headers }).formData().catch(() => undefined);
  const file = form?.get('audio');
  const metadata = form?.get('metadata');
  if (!(file instanceof File)) return nothing;
  return {
    fileName: file.name,
    contentType: file.type,
    audio: Buffer.from(await file.arrayBuffer()),
    metadata: typeof metadata === 'string' ? (JSON.parse(metadata) as unknown) : undefined,
  };
}

function withSessionId(result: Readonly<Record<string, unknown>>, metadata: unknown): object {
  const hasSessionId = typeof metadata === 'object' && metadata !== null && 'session_id' in metadata;
  return hasSessionId ? { ...result, session_id: metadata.session_id } : result;
}
