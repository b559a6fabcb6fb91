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
  /** ARN of the KMS key that encrypts it, if one does. */
  readonly kmsKeyArn?: string | undefined;
}

/** A key to file a recording under. */
export interface Target {
  readonly key: string;
  /** Noted on the object: the key itself does not tell which recording it holds. */
  readonly sourceEtag?: string;
  /** No other upload has this key. */
  readonly isUnique?: boolean;
}

/** Every method rejects with a StorageRefusedError when S3 would refuse it again, else with an error that may pass. */
export interface AudioStore {
  head(key: string, signal: AbortSignal): Promise<AudioObject | undefined>;
  /** The object's bytes, or undefined when it is gone or no longer has this ETag. */
  read(object: AudioObject, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** False when the source is gone or has changed, or when something lies at the target. */
  copy(source: AudioObject, target: Target, signal: AbortSignal): Promise<boolean>;
  /** Writes what was read of the source; false when something lies at the target. */
  write(source: AudioObject, bytes: Uint8Array, target: Target, signal: AbortSignal): Promise<boolean>;
  headTarget(key: string, signal: AbortSignal): Promise<AudioObject | undefined>;
  /** Removes the object if it still has this ETag; an object gone or changed is left as it is. */
  remove(object: Pick<AudioObject, 'key' | 'etag'>, signal: AbortSignal): Promise<void>;
}

/** Metadata entry on a filed object that holds the ETag it had under incoming/. */
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
