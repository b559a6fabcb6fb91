// The values that the page shows, a group for each view, and those that its actions take. Every value is JSON.

export type Risk = 'high' | 'review' | 'low' | 'unknown';

/** Fields of a stored event. A score is text: it has as many digits as the sender wrote. */
export interface Verdict {
  readonly score?: string;
  readonly label?: string;
  readonly risk?: Risk;
  readonly decision?: string;
  readonly errorCode?: string;
}

export interface Recording extends Verdict {
  /** The key under `incoming/`. */
  readonly key: string;
  readonly bytes: number;
  /** ISO 8601, as every time here. */
  readonly uploadedAt: string;
  readonly status: 'waiting' | 'processing' | 'processed' | 'rejected' | 'failed';
  /** The current key. */
  readonly location?: string;
  readonly sessionId?: string;
  /** Why it was rejected or failed. */
  readonly reason?: string;
}

export interface AudioFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface Upload {
  /** File name, without folder; any text. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly sessionId?: string | undefined;
}

export interface SampleEvent {
  readonly name: string;
  /** JSON text. */
  readonly body: string;
}

export type SendRequest =
  | {
      readonly body: string;
      readonly signature: 'valid' | 'forged' | 'missing';
      /** Sends the same bytes so many times, one after the other. */
      readonly times: number;
    }
  /** Sends an earlier request again, byte for byte. */
  | { readonly replay: string };

/** A request to the webhook and its answer. */
export interface Exchange {
  readonly id: string;
  readonly at: string;
  /** Absent if the body has none. */
  readonly eventType?: string;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly answer: { readonly status: number; readonly body: string; readonly durationMs: number };
  /** One sentence: why this answer. */
  readonly why: string;
  readonly sessionId?: string;
}

export interface SessionSummary extends Verdict {
  /** Partition key of the table. */
  readonly sessionId: string;
  readonly events: number;
  readonly latestType: string;
  readonly latestAt: string;
}

export interface TimelineEvent extends Verdict {
  readonly eventId: string;
  readonly eventType: string;
  /** Sort key, all digits. */
  readonly timestamp: string;
  readonly occurredAt: string;
  readonly receivedAt: string;
  readonly status: string;
  readonly isTest: boolean;
  readonly expiresAt: string;
  /** The item as JSON text; numbers with all digits. */
  readonly item: string;
}

export interface Session {
  readonly sessionId: string;
  /** Oldest first. */
  readonly events: readonly TimelineEvent[];
}

export interface ForgetRequest {
  readonly sessionId: string;
  /** Reasons that are overruled. */
  readonly although: readonly string[];
}

export interface ForgetPlan {
  /** What goes. */
  readonly goes: readonly {
    readonly region: string;
    readonly what: string;
    readonly count: number;
    readonly bytes?: number;
  }[];
  readonly stays: readonly {
    /** The name with which it goes, too; nobody can erase what is `locked`. */
    readonly name: string;
    readonly what: string;
    readonly reason: string;
  }[];
  /** What could not be looked at. */
  readonly unseen: readonly string[];
  /** Copies that stay elsewhere. */
  readonly outOfReach: readonly string[];
  /** The text that a person must type. */
  readonly confirmWith: string;
  /** False if nothing is there, or everything stays. */
  readonly canForget: boolean;
  /** When a last look found nothing. */
  readonly forgottenAt?: string;
}

export interface ForgetReport {
  /** Of the receipt, over all runs. */
  readonly erased: readonly { readonly what: string; readonly count: number }[];
  readonly stays: ForgetPlan['stays'];
  readonly unseen: readonly string[];
  /** False if messages must be looked at again. */
  readonly isVerified: boolean;
  /** Path of the file. */
  readonly receipt: string;
}

export interface QueueMessage {
  readonly id: string;
  /** The file's key, or the invocation. */
  readonly subject: string;
  readonly sentAt: string;
  /** Absent if the source does not count them. */
  readonly attempts?: number;
  readonly state: 'visible' | 'inFlight' | 'delayed';
  /** When an invisible message is delivered again. */
  readonly visibleAt?: string;
  /** Why the last attempt failed, or why it is a dead letter. */
  readonly reason?: string;
  /** Whether a retry can succeed; only of dead letters. */
  readonly canSucceed?: boolean;
  readonly body: string;
}

export interface Queue {
  readonly name: string;
  readonly isDeadLetterQueue: boolean;
  readonly counts: { readonly visible: number; readonly inFlight: number; readonly delayed: number };
  /** The first 100. */
  readonly messages: readonly QueueMessage[];
  readonly settings: readonly { readonly label: string; readonly value: string }[];
}

/** One message of the results topic at one subscription. */
export interface Delivery {
  readonly id: string;
  readonly at: string;
  readonly subscription: string;
  readonly protocol: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly sessionId: string;
  readonly outcome: 'delivered' | 'filtered' | 'failed';
  /** The filter that kept it back (`score: [{"numeric":[">=",0.8]}]`), or why the delivery failed. */
  readonly reason?: string;
  /** The payload for the subscriber, as JSON text. */
  readonly message: string;
}

export interface Subscription {
  readonly name: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** JSON text. */
  readonly filter?: string;
  /** Absent if the source does not count them. */
  readonly counts?: { readonly delivered: number; readonly filtered: number; readonly failed: number };
}

export interface LogLine {
  readonly id: string;
  readonly at: string;
  /** The log group. */
  readonly group: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** The whole line. */
  readonly text: string;
}

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly statistic: 'Sum' | 'Average' | 'Maximum';
  /** The last 60 minutes: start of the period and value, oldest first; minutes without data are absent. */
  readonly points: readonly (readonly [at: string, value: number])[];
}

export interface Alarm {
  readonly name: string;
  readonly description: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: string;
  readonly reason: string;
}

export interface MetricsReport {
  readonly metrics: readonly Metric[];
  readonly alarms: readonly Alarm[];
}

interface FaultBase {
  readonly name: string;
  readonly label: string;
  readonly description: string;
}

/** A fault or a setting of the stand-in API. */
export type Fault = FaultBase &
  (
    | { readonly kind: 'button' }
    | { readonly kind: 'switch'; readonly value: boolean }
    | { readonly kind: 'choice'; readonly value: string; readonly choices: readonly string[] }
    | {
        readonly kind: 'number';
        readonly value: number;
        readonly min: number;
        readonly max: number;
        readonly step: number;
      }
  );
