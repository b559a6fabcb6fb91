// What the audio core needs from the world beside the shared ports.
import type { AudioContentType } from './audio-format.ts';

export interface AudioObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  readonly contentType: string | undefined;
  /** User metadata, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly lastModifiedMs: number;
}

export interface AudioStore {
  head(key: string, signal: AbortSignal): Promise<AudioObject | undefined>;
  /** The object's bytes, or undefined when it is gone or no longer has this ETag. */
  read(object: AudioObject, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Copies with the source's ETag noted on the target; false when the source is gone or has changed. */
  copy(source: AudioObject, targetKey: string, signal: AbortSignal): Promise<boolean>;
  /** Removes the object if it still has this ETag; an object gone or changed is left as it is. */
  remove(object: AudioObject, signal: AbortSignal): Promise<void>;
}

/** Metadata entry on a moved object that holds the ETag it had under incoming/. */
export const SOURCE_ETAG_METADATA = 'source-etag';

export interface AnalysisRequest {
  readonly audio: Uint8Array;
  readonly contentType: AudioContentType;
  readonly sessionId: string | undefined;
}

export interface ApiCallOptions {
  readonly apiKey: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface ApiReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body, undefined when it was none. */
  readonly body: unknown;
}

export interface SonotheiaApi {
  /** `POST /v1/voice/deepfake`, one attempt. Rejects when no answer arrived (network, time-out). */
  detectDeepfake(request: AnalysisRequest, options: ApiCallOptions): Promise<ApiReply>;
}
