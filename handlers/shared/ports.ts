// What the cores need from the world. The adapters implement it with the AWS SDK, the tests in memory.
import type { Announcement } from './announcement.ts';
import type { Filing, SessionEvent } from './session-event.ts';

export type StoreOutcome =
  | { readonly outcome: 'stored' }
  /** An earlier delivery was stored; `event` is what the table holds. */
  | { readonly outcome: 'duplicate'; readonly event: SessionEvent };

/** Every method rejects when the answer is unknown; calling again with the same event is always safe. */
export interface SessionStore {
  /** Stores the event unless one with its dedupeKey was stored before. Never overwrites. */
  store(event: SessionEvent, signal: AbortSignal): Promise<StoreOutcome>;
  /** Finds what was stored under a dedupeKey. */
  find(dedupeKey: string, signal: AbortSignal): Promise<SessionEvent | undefined>;
  /** Moves the status from `stored` to `announced`; does nothing for an item that has expired. */
  markAnnounced(event: SessionEvent, signal: AbortSignal): Promise<void>;
  /** Notes where the recording lies; does nothing for an item that has expired. */
  recordFiling(event: SessionEvent, filing: Filing, signal: AbortSignal): Promise<void>;
}

export interface ResultsTopic {
  publish(announcement: Announcement, signal: AbortSignal): Promise<void>;
}

export interface SecretSource {
  /** The secret's versions in use, current first; empty when there is none. Rejects when unreachable. */
  fetchVersions(signal: AbortSignal): Promise<readonly string[]>;
}

export interface Clock {
  nowMs(): number;
  /** Resolves after the delay, or rejects with the signal's reason. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** Runs the callback once after the delay; returns how to cancel it. */
  after(delayMs: number, run: () => void): () => void;
}

/** Everything that may appear in a log line. No member can hold a body, a name, a voice or a secret. */
export interface LogFields {
  readonly request_id?: string;
  readonly event_id?: string;
  readonly event_type?: string;
  readonly session_id?: string;
  readonly message_id?: string;
  /** Digest that identifies an audio file: keys are chosen by people and may name them. */
  readonly object_id?: string;
  readonly outcome?: string;
  readonly reason?: string;
  readonly status_code?: number;
  readonly size_bytes?: number;
  readonly duration_ms?: number;
  readonly attempt?: number;
  readonly api_request_id?: string;
  readonly error?: ErrorFields;
}

export interface ErrorFields {
  readonly name: string;
  readonly code?: string;
  readonly aws_request_id?: string;
  readonly http_status?: number;
  readonly at?: readonly string[];
  readonly cause?: ErrorFields;
}

export type MetricName =
  | 'EventsReceived'
  | 'DuplicateEvents'
  | 'VerificationFailures'
  | 'ApiLatency'
  | 'ApiErrors'
  | 'ApiRetries'
  | 'FilesProcessed'
  | 'FilesRejected'
  | 'FilesUnfiled';

export interface Telemetry {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
  count(metric: MetricName, dimensions?: Readonly<Record<string, string>>): void;
  duration(metric: MetricName, durationMs: number): void;
}
