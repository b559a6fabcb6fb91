// The ports of the audio core, in addition to the shared ones.
import type { AudioContentType } from './audio-format.ts';

export interface AudioObject {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  readonly contentType: string | undefined;
  /** User metadata, names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  /** ARN of the KMS key that encrypts it; undefined without one. */
  readonly kmsKeyArn?: string | undefined;
}

/** A key under processed/ or rejected/ to which a recording may be moved. */
export interface Target {
  readonly key: string;
  /** Written to the object's metadata, because this key does not identify the recording. */
  readonly sourceEtag?: string;
  /** True when no other upload can have this key. */
  readonly isUnique?: boolean;
}

/** Every method rejects with a StorageRefusedError when a retry cannot succeed, else with an error worth a retry. */
export interface AudioStore {
  head(key: string, signal: AbortSignal): Promise<AudioObject | undefined>;
  /** The object's bytes, or undefined when it is gone or no longer has this ETag. */
  read(object: AudioObject, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** Returns false when the source is gone or has changed, or when the target exists. */
  copy(source: AudioObject, target: Target, signal: AbortSignal): Promise<boolean>;
  /** Writes the bytes that were read from the source; returns false when the target exists. */
  write(source: AudioObject, bytes: Uint8Array, target: Target, signal: AbortSignal): Promise<boolean>;
  headTarget(key: string, signal: AbortSignal): Promise<AudioObject | undefined>;
  /** Removes the object if it still has this ETag; otherwise does nothing. */
  remove(object: Pick<AudioObject, 'key' | 'etag'>, signal: AbortSignal): Promise<void>;
}

/** Metadata name on a moved object; the value is its ETag under incoming/. */
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
  /** The parsed JSON body; undefined when the body is not JSON. */
  readonly body: unknown;
}

export interface SonotheiaApi {
  /** `POST /v1/voice/deepfake`, one attempt. Rejects when no response arrives (network error, timeout). */
  detectDeepfake(request: AnalysisRequest, options: ApiCallOptions): Promise<ApiReply>;
}
