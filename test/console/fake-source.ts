// A system in memory behind the page: thousands of sessions, hostile names, and actions that answer at once.
import { escapeAll } from '../../generator/text/visible-text.ts';
import type {
  Change,
  ConsoleSource,
  Overview,
  Page,
  PageRequest,
  Part,
} from '../../scripts/console/source.ts';
import { PARTS } from '../../scripts/console/source.ts';
import type {
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
  SendRequest,
  Session,
  SessionSummary,
  Subscription,
  Upload,
} from '../../scripts/console/source-data.ts';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';

/** Text that a page must show and never interpret. */
export const HOSTILE =
  '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"\'{{7*7}}%3Cb%3E\u202e\u0000';

export interface FakeOptions {
  readonly sessions?: number;
  /** Of every name, id and text. */
  readonly name?: string;
  readonly overview?: Partial<Overview>;
}

export class FakeSource implements ConsoleSource {
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #name: string;
  readonly #overview: Partial<Overview>;
  readonly recordingsList: Recording[] = [];
  readonly exchangesList: Exchange[] = [];
  readonly sessionsList: SessionSummary[] = [];
  readonly letters: Queue['messages'][number][] = [];
  readonly faultValues = new Map<string, unknown>();
  readonly uploads: Upload[] = [];
  readonly sent: SendRequest[] = [];
  readonly forgotten: ForgetRequest[] = [];

  constructor({ sessions = 3, name = '', overview = {} }: FakeOptions = {}) {
    this.#name = name;
    this.#overview = overview;
    for (let index = 0; index < sessions; index += 1)
      this.addSession(`sess_${String(index).padStart(5, '0')}${name}`);
    this.letters.push({
      id: 'message-1',
      subject: `incoming/broken${name}.wav`,
      sentAt: at(),
      attempts: 5,
      state: 'visible',
      reason: `The API answered 500${name}`,
      canSucceed: true,
      body: JSON.stringify({ name }),
    });
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  addSession(sessionId: string): void {
    const [score, risk] = [
      ['0.9137', 'high'],
      ['0.61', 'review'],
      ['0.0421', 'low'],
    ][this.sessionsList.length % 3] as [string, 'high' | 'review' | 'low'];
    this.sessionsList.unshift({
      sessionId,
      events: 1,
      latestType: `deepfake.completed${this.#name}`,
      latestAt: at(),
      score,
      risk,
    });
    this.emit({ kind: 'changed', topics: ['sessions', 'overview'] });
  }

  emit(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  async overview(): Promise<Overview> {
    const parts = PARTS.map(
      (id): Part => ({
        id,
        name: `sonotheia-example-${id}-dev`,
        counts: [{ label: 'items', value: 3 }],
        state: 'ok',
      }),
    );
    return {
      kind: 'local',
      project: `sonotheia-example${this.#name}`,
      environment: 'dev',
      region: 'us-east-1',
      actions: ['upload', 'send', 'redrive', 'fault', 'forget'],
      parts,
      endpoints: [{ label: 'Webhook', url: 'http://127.0.0.1:4601/webhook' }],
      settings: [{ label: 'Attempts', value: '5' }],
      ...this.#overview,
    };
  }

  async recordings(page: PageRequest): Promise<Page<Recording>> {
    return cut(this.recordingsList, page, ({ key }) => key);
  }

  async audio(key: string) {
    const upload = this.uploads.find(({ name }) => key.endsWith(name));
    return upload && { contentType: upload.contentType, bytes: upload.bytes };
  }

  async samples() {
    return ['deepfake.completed', 'mfa.completed'].map((name) => ({ name, body: readSampleEvent(name) }));
  }

  async exchanges(page: PageRequest): Promise<Page<Exchange>> {
    return cut(this.exchangesList, page, ({ why }) => why);
  }

  async sessions(page: PageRequest): Promise<Page<SessionSummary>> {
    return cut(this.sessionsList, page, ({ sessionId }) => sessionId);
  }

  async session(sessionId: string): Promise<Session | undefined> {
    const summary = this.sessionsList.find((session) => session.sessionId === sessionId);
    if (summary === undefined) return undefined;
    const common = { occurredAt: at(), receivedAt: at(), expiresAt: at(90 * 86_400_000), isTest: false };
    return {
      sessionId,
      events: [
        {
          ...common,
          ...(summary.score === undefined ? {} : { score: summary.score }),
          ...(summary.risk === undefined ? {} : { risk: summary.risk }),
          eventId: `evt${this.#name}`,
          eventType: summary.latestType,
          timestamp: '1767225600.1230123456789012345678901',
          status: 'announced',
          label: `likely_synthetic${this.#name}`,
          decision: 'block',
          item: `{\n  "timestamp": 1767225600.1230123456789012345678901,\n  "data": ${JSON.stringify({ name: this.#name })}\n}`,
        },
      ],
    };
  }

  async queues(): Promise<readonly Queue[]> {
    const counts = { visible: this.letters.length, inFlight: 0, delayed: 0 };
    const settings = [{ label: 'Visibility timeout', value: '180 s' }];
    return [
      {
        name: `queue${this.#name}`,
        isDeadLetterQueue: false,
        counts: { visible: 0, inFlight: 0, delayed: 0 },
        messages: [],
        settings,
      },
      { name: 'dead-letters', isDeadLetterQueue: true, counts, messages: this.letters, settings },
    ];
  }

  async subscriptions(): Promise<readonly Subscription[]> {
    const filter = JSON.stringify({ score: [{ numeric: ['>=', 0.8] }] }, null, 2);
    const counts = { delivered: 2, filtered: 1, failed: 0 };
    return [
      {
        name: `fraud-desk${this.#name}`,
        protocol: 'sqs',
        endpoint: `arn:aws:sqs${this.#name}`,
        filter,
        counts,
      },
    ];
  }

  async deliveries(page: PageRequest): Promise<Page<Delivery>> {
    const reason = `score 0.1 does not match${this.#name}`;
    const common = {
      at: at(),
      protocol: 'sqs',
      eventId: `evt_1${this.#name}`,
      sessionId: `sess_00000${this.#name}`,
    };
    const subscription = `fraud-desk${this.#name}`;
    const item = {
      ...common,
      id: `d1${this.#name}`,
      subscription,
      eventType: 'deepfake.completed',
      outcome: 'filtered' as const,
    };
    return cut([{ ...item, reason, message: JSON.stringify({ name: this.#name }) }], page, () => '');
  }

  async logs(page: PageRequest & { readonly group?: string | undefined }): Promise<Page<LogLine>> {
    const text = JSON.stringify({
      level: 'INFO',
      message: `Webhook accepted${this.#name}`,
      name: this.#name,
    });
    const lines = ['sonotheia-example-webhook-dev', 'sonotheia-example-audio-dev'].map(
      (name): LogLine => ({ id: name, at: at(), group: `/aws/lambda/${name}`, level: 'info', text }),
    );
    return cut(
      lines.filter(({ group }) => page.group === undefined || group === page.group),
      page,
      (line) => line.text,
    );
  }

  async metrics(): Promise<MetricsReport> {
    const points = [1, 5, 30].map((minutes) => [at(-minutes * 60_000), minutes] as const);
    const dimensions = { event_type: `deepfake.completed${this.#name}` };
    return {
      metrics: [
        {
          namespace: 'Sonotheia',
          name: `EventsReceived${this.#name}`,
          dimensions,
          unit: 'Count',
          statistic: 'Sum',
          points,
        },
      ],
      alarms: [
        {
          name: `errors${this.#name}`,
          description: `More than 5 %${this.#name}`,
          state: 'ALARM',
          since: at(),
          reason: `Too many${this.#name}`,
        },
      ],
    };
  }

  async faults(): Promise<readonly Fault[]> {
    const value = <T>(name: string, fallback: T): T =>
      (this.faultValues.get(name) as T | undefined) ?? fallback;
    const text = { description: `What it does${this.#name}` };
    return [
      { ...text, name: 'kill', label: 'Kill the function after its next call', kind: 'button' },
      {
        ...text,
        name: 'throttle',
        label: 'Throttle the table',
        kind: 'switch',
        value: value('throttle', false),
      },
      {
        ...text,
        name: 'api',
        label: 'API answers',
        kind: 'choice',
        value: value('api', 'normally'),
        choices: ['normally', '500'],
      },
      {
        ...text,
        name: 'score',
        label: 'Score',
        kind: 'number',
        value: value('score', 0.5),
        min: 0,
        max: 1,
        step: 0.01,
      },
    ];
  }

  async upload(upload: Upload) {
    this.uploads.push(upload);
    const key = `incoming/${upload.name}`;
    const verdict = { score: '0.9137', label: 'likely_synthetic', risk: 'high' as const };
    const location = `processed/${upload.name}`;
    this.recordingsList.unshift({
      key,
      bytes: upload.bytes.length,
      uploadedAt: at(),
      status: 'processed',
      location,
      ...verdict,
    });
    this.emit({ kind: 'moved', from: 'sender', to: 'bucket', label: upload.name, isFailure: false });
    this.emit({ kind: 'changed', topics: ['recordings', 'overview'] });
    return { key };
  }

  async send(request: SendRequest): Promise<readonly Exchange[]> {
    this.sent.push(request);
    const isRefused = 'signature' in request && request.signature !== 'valid';
    const body =
      'body' in request
        ? request.body
        : (this.exchangesList.find(({ id }) => id === request.replay)?.request.body ?? '');
    const times = 'times' in request ? request.times : 1;
    const exchanges = Array.from(
      { length: times },
      (_, index): Exchange => ({
        id: `exchange-${this.exchangesList.length + index}`,
        at: at(),
        eventType: `deepfake.completed${this.#name}`,
        request: { headers: { 'x-sonotheia-signature': 'sha256=00' }, body },
        answer: {
          status: isRefused ? 401 : 200,
          body: isRefused ? '{"error":"invalid_signature"}' : '{"status":"success"}',
          durationMs: 7,
        },
        why: isRefused
          ? 'The signature is of another secret.'
          : index > 0
            ? 'It is a duplicate.'
            : 'It is new.',
      }),
    );
    this.exchangesList.unshift(...exchanges.toReversed());
    this.emit({
      kind: 'moved',
      from: 'sender',
      to: 'gateway',
      label: `event${this.#name}`,
      isFailure: isRefused,
    });
    this.emit({ kind: 'changed', topics: ['exchanges'] });
    return exchanges;
  }

  async redrive(queue: string, messageId?: string) {
    const moved = this.letters.filter(({ id }) => messageId === undefined || id === messageId).length;
    if (queue === 'dead-letters') this.letters.length = 0;
    this.emit({ kind: 'changed', topics: ['queues'] });
    return { moved };
  }

  async fault(name: string, value?: boolean | string | number) {
    this.faultValues.set(name, value);
    this.emit({ kind: 'changed', topics: ['faults'] });
  }

  async forgetPlan({ sessionId, although }: ForgetRequest): Promise<ForgetPlan> {
    const isKept = !although.includes('sar');
    const isThere = this.sessionsList.some((session) => session.sessionId === sessionId);
    return {
      goes: isThere && !isKept ? [{ region: 'us-east-1', what: `events${this.#name}`, count: 2 }] : [],
      stays: isKept
        ? [{ name: 'sar', what: `the session${this.#name}`, reason: `five years${this.#name}` }]
        : [],
      unseen: [`1 message${this.#name}`],
      outOfReach: [`logs${this.#name}`],
      confirmWith: escapeAll(sessionId),
      canForget: isThere && !isKept,
    };
  }

  async forget({ sessionId, although }: ForgetRequest): Promise<ForgetReport> {
    this.forgotten.push({ sessionId, although });
    const index = this.sessionsList.findIndex((session) => session.sessionId === sessionId);
    if (index >= 0) this.sessionsList.splice(index, 1);
    this.emit({ kind: 'changed', topics: ['sessions'] });
    const receipt = `.sonotheia/forget/1${this.#name}.json`;
    return { erased: [{ what: 'events', count: 2 }], stays: [], unseen: [], isVerified: true, receipt };
  }

  watch(listener: (change: Change) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const at = (offsetMs = 0): string => new Date(Date.now() + offsetMs).toISOString();

function cut<Item>(
  items: readonly Item[],
  { cursor, limit, search = '' }: PageRequest,
  textOf: (item: Item) => string,
): Page<Item> {
  const found = items.filter((item) => textOf(item).includes(search));
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return {
    items: found.slice(start, end),
    total: found.length,
    ...(end < found.length ? { cursor: String(end) } : {}),
  };
}
