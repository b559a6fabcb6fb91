// The local system as the page reads it.
import { Problem } from '../../../generator/command-line/problem.ts';
import { INCOMING_PREFIX } from '../../../handlers/audio_processor/file-away.ts';
import type * as Console from '../../console/source.ts';
import type * as Data from '../../console/source-data.ts';
import type { ExchangeRecord } from '../engine/exchanges.ts';
import type { LocalSystem } from '../engine/local-system.ts';
import type { RecordingRecord } from '../engine/recordings.ts';
import { EVENT_NAMES, readSampleEvent } from '../sample-events.ts';
import { describeEvents, describeSession, describeVerdict } from './describe-items.ts';
import { describeMetrics } from './describe-metrics.ts';
import { describeOverview } from './describe-overview.ts';
import { canSucceed, describeQueues, isDeadLetterQueue } from './describe-queues.ts';
import { containsText, cutPage } from './pages.ts';
import { sendEvents } from './send-events.ts';

const MAX_KEY_BYTES = 1024;
const MAX_SESSION_ID_CHARACTERS = 1024;
const HISTORIES = ['requests, deliveries and log lines that this page shows: --reset empties them'];

export class LocalSource implements Console.ConsoleSource {
  readonly #system: LocalSystem;
  readonly #eraser: Console.SessionEraser;

  constructor(system: LocalSystem, eraser: Console.SessionEraser) {
    this.#system = system;
    this.#eraser = eraser;
  }

  async overview(): Promise<Console.Overview> {
    return describeOverview(this.#system);
  }

  async recordings(page: Console.PageRequest): Promise<Console.Page<Data.Recording>> {
    return cutPage([...this.#system.state.recordings].reverse(), page, {
      toItem: (key, record) => this.#describeRecording(key, record),
      matches: (key, { sessionId, reason }, text) => containsText(text, key, sessionId, reason),
    });
  }

  async audio(key: string): Promise<Data.AudioFile | undefined> {
    const { recordings, objects } = this.#system.state;
    const object = objects.get(recordings.get(key)?.location ?? key) ?? objects.get(key);
    return object && { contentType: object.contentType, bytes: object.bytes };
  }

  /** Dated now: the function refuses old events. */
  async samples(): Promise<readonly Data.SampleEvent[]> {
    const now = this.#system.state.clock.nowIso();
    return EVENT_NAMES.map((name) => ({
      name,
      body: readSampleEvent(name).replace(/("timestamp": ")[^"]+/, `$1${now}`),
    }));
  }

  async exchanges(page: Console.PageRequest): Promise<Console.Page<Data.Exchange>> {
    return cutPage([...this.#system.state.exchanges].reverse(), page, {
      toItem: describeExchange,
      matches: (_id, { body, why, status }, text) => containsText(text, body, why, String(status)),
    });
  }

  async sessions(page: Console.PageRequest): Promise<Console.Page<Data.SessionSummary>> {
    const all = [...this.#system.parts.sessions.sessions()].map(
      ([id, events]) => [id, describeSession(id, events)] as const,
    );
    all.sort(([, a], [, b]) => (a.latestAt < b.latestAt ? 1 : a.latestAt > b.latestAt ? -1 : 0));
    return cutPage(all, page, {
      toItem: (_id, session) => session,
      matches: (id, { latestType, label, risk }, text) => containsText(text, id, latestType, label, risk),
    });
  }

  async session(sessionId: string): Promise<Data.Session | undefined> {
    const items = this.#system.parts.sessions.partition(sessionId);
    const events = describeEvents(items.filter(({ event_id }) => event_id !== undefined));
    return events.length === 0 ? undefined : { sessionId, events };
  }

  async queues(): Promise<readonly Data.Queue[]> {
    return describeQueues(this.#system);
  }

  async subscriptions(): Promise<readonly Data.Subscription[]> {
    const { topic } = this.#system.parts;
    return topic.subscriptions.map(({ name, protocol, endpoint, policy }) => ({
      name,
      protocol,
      endpoint,
      filter: JSON.stringify(policy),
      counts: { ...topic.countOf(name), failed: 0 },
    }));
  }

  async deliveries(page: Console.PageRequest): Promise<Console.Page<Data.Delivery>> {
    return cutPage([...this.#system.state.deliveries].reverse(), page, {
      toItem: (_id, delivery) => delivery,
      matches: (_id, { subscription, eventId, eventType, sessionId }, text) =>
        containsText(text, subscription, eventId, eventType, sessionId),
    });
  }

  async logs(
    page: Console.PageRequest & { readonly group?: string | undefined },
  ): Promise<Console.Page<Data.LogLine>> {
    const lines = [...this.#system.parts.telemetry.lines()].filter(
      ([, { group }]) => page.group === undefined || group === page.group,
    );
    return cutPage(lines, page, {
      toItem: (id, line) => ({ id, ...line }),
      matches: (_id, { text }, search) => containsText(search, text),
    });
  }

  async metrics(): Promise<Data.MetricsReport> {
    return describeMetrics(this.#system);
  }

  async faults(): Promise<readonly Data.Fault[]> {
    return this.#system.faults.list();
  }

  async upload({ name, contentType, bytes, sessionId }: Data.Upload): Promise<{ readonly key: string }> {
    const key = INCOMING_PREFIX + name;
    if (name === '') throw new Problem({ what: 'A file needs a name.' });
    if (Buffer.byteLength(key) > MAX_KEY_BYTES)
      throw new Problem({
        what: `The name is too long: S3 takes keys of ${MAX_KEY_BYTES} bytes.`,
        fix: 'rename the file',
      });
    if ((sessionId?.length ?? 0) > MAX_SESSION_ID_CHARACTERS)
      throw new Problem({ what: `A session id has ${MAX_SESSION_ID_CHARACTERS} characters at most.` });
    const metadata = sessionId === undefined || sessionId === '' ? {} : { 'session-id': sessionId };
    this.#system.feed.move('sender', 'bucket', name);
    this.#system.parts.upload(key, { bytes, contentType, metadata });
    return { key };
  }

  async send(request: Data.SendRequest): Promise<readonly Data.Exchange[]> {
    const { exchanges } = this.#system.state;
    const ids = await sendEvents(this.#system, request);
    return ids.flatMap((id) => {
      const record = exchanges.get(id);
      return record === undefined ? [] : [describeExchange(id, record)];
    });
  }

  async redrive(name: string, messageId?: string): Promise<{ readonly moved: number }> {
    const { parts, feed, state } = this.#system;
    const queue = parts.queues.find((each) => each.name === name);
    if (queue === undefined || !isDeadLetterQueue(queue, this.#system))
      throw new Problem({ what: `${name} is no dead-letter queue.` });
    const letters = queue
      .list()
      .filter((letter) =>
        messageId === undefined ? canSucceed(letter, this.#system) : letter.id === messageId,
      );
    if (messageId !== undefined && letters.length === 0)
      throw new Problem({ what: 'This message is no longer in the queue.' });
    for (const letter of letters) {
      queue.remove(letter.id);
      state.failures.delete(letter.id);
      parts.recordings.change(letter.body, 'waiting');
      parts.queue.send(letter.body);
      feed.move('deadLetters', 'queue', 'redrive');
    }
    return { moved: letters.length };
  }

  fault(name: string, value?: boolean | string | number): Promise<void> {
    return this.#system.faults.apply(name, value);
  }

  async forgetPlan(request: Data.ForgetRequest, signal: AbortSignal): Promise<Data.ForgetPlan> {
    return { ...(await this.#eraser.forgetPlan(request, signal)), outOfReach: HISTORIES };
  }

  /** A forgotten recording also leaves the list, which is kept beside the bucket. */
  async forget(request: Data.ForgetRequest): Promise<Data.ForgetReport> {
    const { state, feed } = this.#system;
    const report = await this.#eraser.forget(request);
    for (const [key, { sessionId, location = key }] of [...state.recordings])
      if (sessionId === request.sessionId && !state.objects.has(location)) state.recordings.delete(key);
    feed.change('sessions', 'recordings', 'queues', 'overview');
    return report;
  }

  watch(listener: (change: Console.Change) => void): () => void {
    return this.#system.feed.watch(listener);
  }

  #describeRecording(key: string, record: RecordingRecord): Data.Recording {
    const { timestamp, ...shown } = record;
    const item =
      timestamp === undefined
        ? undefined
        : this.#system.parts.table.get({
            session_id: { S: record.sessionId ?? '' },
            timestamp: { N: timestamp },
          });
    return { key, ...shown, ...(item === undefined ? {} : describeVerdict(item)) };
  }
}

function describeExchange(id: string, record: ExchangeRecord): Data.Exchange {
  const { at, eventType, sessionId, headers, body, status, answer, durationMs, why } = record;
  return {
    id,
    at,
    ...(eventType === undefined ? {} : { eventType }),
    ...(sessionId === undefined ? {} : { sessionId }),
    request: { headers, body },
    answer: { status, body: answer, durationMs },
    why,
  };
}
