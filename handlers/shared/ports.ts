// The ports of both functions. Adapters implement them with the AWS SDK, tests in memory.
import type { Announcement } from './announcement-v1.ts';
import type { EventKey, Filing, SessionEvent } from './session-event.ts';
import type { ForgottenKind } from './tombstone.ts';

export type StoreOutcome =
  | { readonly outcome: 'stored' }
  /** An earlier delivery was stored; `event` is what the table holds. */
  | { readonly outcome: 'duplicate'; readonly event: SessionEvent }
  /** Its session or its upload was forgotten: nothing is stored. */
  | { readonly outcome: 'forgotten' };

/** Every method rejects when its outcome is unknown; a retry with the same event is always safe. */
export interface SessionStore {
  /** Stores the event unless its dedupeKey is already stored or its session was forgotten. Never overwrites. */
  store(event: SessionEvent, signal: AbortSignal): Promise<StoreOutcome>;
  /** Finds the event that is stored with this dedupeKey; `forgotten` when only its marker was kept. */
  find(dedupeKey: string, signal: AbortSignal): Promise<SessionEvent | 'forgotten' | undefined>;
  /** Whether there is a tombstone. */
  isForgotten(kind: ForgottenKind, id: string, signal: AbortSignal): Promise<boolean>;
  /** Changes the status from `stored` to `announced`; does nothing when the item has expired. */
  markAnnounced(event: EventKey, signal: AbortSignal): Promise<void>;
  /** Writes the recording's location to the event; does nothing when the item has expired. */
  recordFiling(event: SessionEvent, filing: Filing, signal: AbortSignal): Promise<void>;
}

export interface ResultsTopic {
  publish(announcement: Announcement, signal: AbortSignal): Promise<void>;
}

export interface SecretSource {
  /** The secret's versions in use, current first; empty without a value. Rejects when the source is unreachable. */
  fetchVersions(signal: AbortSignal): Promise<readonly string[]>;
}

export interface Clock {
  nowMs(): number;
  /** Resolves after the delay, or rejects with the signal's reason. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** Runs the callback once after the delay; returns a function that cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

/** The only fields of a log line. None of them can hold a body, a name, audio or a secret. */
export interface LogFields {
  readonly request_id?: string;
  readonly event_id?: string;
  readonly event_type?: string;
  readonly session_id?: string;
  readonly message_id?: string;
  /** Digest that identifies an audio file: its key may contain a person's name. */
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
  /** Deliveries of what was forgotten. */
  | 'EventsForgotten'
  | 'VerificationFailures'
  /** Events of unknown risk without an error code that says why. */
  | 'ScoresMissing'
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
