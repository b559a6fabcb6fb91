// The reads and actions of the page. The local system and a deployed environment implement it; the web server only
// translates HTTP. Every value is JSON. A refused action throws a `Problem`.
import type {
  AudioFile,
  Delivery,
  Exchange,
  Fault,
  ForgetPlan,
  ForgetReport,
  ForgetRequest,
  LogLine,
  MetricsReport,
  Queue,
  Recording,
  SampleEvent,
  SendRequest,
  Session,
  SessionSummary,
  Subscription,
  Upload,
} from './source-data.ts';

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
export const ACTIONS = ['upload', 'send', 'redrive', 'fault', 'forget'] as const;

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
  /** Contents or work done, such as `{ label: 'waiting', value: 3 }`; the first is the most important. */
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
  /** Position of the next page; absent on the last. */
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

/** Erases sessions, as `npx sonotheia forget` does. */
export interface SessionEraser {
  /** Changes nothing. */
  forgetPlan(request: ForgetRequest, signal: AbortSignal): Promise<ForgetPlan>;
  /** Goes on after the page went away; a second call continues an interrupted one. */
  forget(request: ForgetRequest): Promise<ForgetReport>;
}

export interface ConsoleSource extends SessionEraser {
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
