// All that the page reads and does. The local system and a deployed environment implement it; the web server only
// translates HTTP. Every value is JSON. A refused action throws a `Problem`.

/** The parts of the picture, in the order of reading. */
export const PARTS = [
  'sender',
  'gateway',
  'webhook',
  'bucket',
  'queue',
  'audio',
  'api',
  'table',
  'topic',
  'subscribers',
  'deadLetters',
] as const;

export type PartId = (typeof PARTS)[number];

/** Actions that change something. A source without one hides its controls, and the server refuses it. */
export const ACTIONS = ['upload', 'send', 'redrive', 'fault'] as const;

export type Action = (typeof ACTIONS)[number];

/** The data of a view; a `changed` event names those that may have changed. */
export const TOPICS = [
  'overview',
  'recordings',
  'exchanges',
  'sessions',
  'queues',
  'deliveries',
  'logs',
  'metrics',
  'faults',
] as const;

export type Topic = (typeof TOPICS)[number];

export interface Part {
  readonly id: PartId;
  /** The resource's name, such as `sonotheia-example-audio-dev`. */
  readonly name: string;
  /** What the part holds or has done, such as `{ label: 'waiting', value: 3 }`; the first is the most important. */
  readonly counts: readonly { readonly label: string; readonly value: number }[];
  /** `busy`: it works on something. `broken`: a fault is on, or messages failed for good. */
  readonly state: 'ok' | 'busy' | 'broken';
}

export interface Overview {
  readonly kind: 'local' | 'deployed';
  readonly project: string;
  readonly environment: string;
  readonly region: string;
  readonly actions: readonly Action[];
  /** Text that a person must type before an action, such as the environment's name; absent: actions run at once. */
  readonly confirmWith?: string;
  readonly parts: readonly Part[];
  /** Addresses for other programs: the webhook, `--endpoint-url`, the API. */
  readonly endpoints: readonly { readonly label: string; readonly url: string }[];
  /** The reads of this process so far; absent where they are free. */
  readonly reads?: { readonly calls: number; readonly dollars: number };
  /** The settings under which it runs, such as `{ label: 'Attempts', value: '5' }`. */
  readonly settings: readonly { readonly label: string; readonly value: string }[];
}

export interface Page<Item> {
  /** Newest first. */
  readonly items: readonly Item[];
  /** Of the next page; absent on the last. */
  readonly cursor?: string;
  /** Absent where counting would read everything. */
  readonly total?: number;
}

export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
  /** Text that an id, name or message contains. */
  readonly search?: string | undefined;
}

export type Risk = 'high' | 'review' | 'low' | 'unknown';

/** Of a stored event. A score is text: as many digits as the sender wrote. */
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
  /** Where the file is now. */
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

export interface QueueMessage {
  readonly id: string;
  /** The file's key, or the invocation. */
  readonly subject: string;
  readonly sentAt: string;
  /** Absent where nobody counts them. */
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
  /** What the subscriber gets, as JSON text. */
  readonly message: string;
}

export interface Subscription {
  readonly name: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** JSON text. */
  readonly filter?: string;
  /** Absent where nobody counts them. */
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

export type Change =
  /** An item moves from one part to another; drawn, then forgotten. */
  | {
      readonly kind: 'moved';
      readonly from: PartId;
      readonly to: PartId;
      readonly label: string;
      readonly isFailure: boolean;
    }
  | { readonly kind: 'changed'; readonly topics: readonly Topic[] };

export interface ConsoleSource {
  overview(signal: AbortSignal): Promise<Overview>;
  recordings(page: PageRequest, signal: AbortSignal): Promise<Page<Recording>>;
  /** The file, wherever it was filed; undefined if it is gone. */
  audio(key: string, signal: AbortSignal): Promise<AudioFile | undefined>;
  samples(): Promise<readonly SampleEvent[]>;
  exchanges(page: PageRequest, signal: AbortSignal): Promise<Page<Exchange>>;
  sessions(page: PageRequest, signal: AbortSignal): Promise<Page<SessionSummary>>;
  /** Undefined if the table has no such session. */
  session(sessionId: string, signal: AbortSignal): Promise<Session | undefined>;
  queues(signal: AbortSignal): Promise<readonly Queue[]>;
  subscriptions(signal: AbortSignal): Promise<readonly Subscription[]>;
  deliveries(page: PageRequest, signal: AbortSignal): Promise<Page<Delivery>>;
  logs(
    page: PageRequest & { readonly group?: string | undefined },
    signal: AbortSignal,
  ): Promise<Page<LogLine>>;
  metrics(signal: AbortSignal): Promise<MetricsReport>;
  faults(): Promise<readonly Fault[]>;

  /** Returns the key. */
  upload(upload: Upload): Promise<{ readonly key: string }>;
  send(request: SendRequest): Promise<readonly Exchange[]>;
  /** Moves one message, or all that can succeed, from a dead-letter queue back. Returns how many. */
  redrive(queue: string, messageId?: string): Promise<{ readonly moved: number }>;
  /** A button takes no value. */
  fault(name: string, value?: boolean | string | number): Promise<void>;

  /** Calls `listener` for each change until the returned function is called. */
  watch(listener: (change: Change) => void): () => void;
}
