// Watches the functions and the gateway at work: logs, metrics, exchanges, the states of recordings.
import type { Answered } from '../gateway/local-gateway.ts';
import { METRICS } from './alarms.ts';
import { partOf } from './aws-access-point.ts';
import type { AwsParts } from './aws-parts.ts';
import type { ChangeFeed } from './change-feed.ts';
import { describeExchange, type ExchangeRecord } from './exchanges.ts';
import type { Invoked } from './local-function.ts';
import type { QueuedMessage } from './local-queue.ts';
import { type FunctionName, functionNameOf, type LocalStack } from './local-stack.ts';
import type { LocalState } from './local-state.ts';
import { parseFields } from './telemetry.ts';

const MAX_OUTCOMES = 1_000;

export class Observer {
  readonly #stack: LocalStack;
  readonly #state: LocalState;
  readonly #parts: AwsParts;
  readonly #feed: ChangeFeed;
  /** From the log lines of requests that are not answered yet. */
  readonly #outcomes = new Map<string, string>();
  #exchanges: number;

  constructor(stack: LocalStack, state: LocalState, parts: AwsParts, feed: ChangeFeed) {
    this.#stack = stack;
    this.#state = state;
    this.#parts = parts;
    this.#feed = feed;
    this.#exchanges = Number([...state.exchanges.keys()].at(-1) ?? 0);
  }

  /** Before the function gets the messages. */
  onBatch(messages: readonly QueuedMessage[]): void {
    this.#feed.move('queue', 'audio', `${messages.length} messages`);
    for (const { body } of messages) this.#parts.recordings.change(body, 'processing');
    this.#feed.change('recordings');
  }

  /** `failedIds` stay in the queue. */
  onAnswer(messages: readonly QueuedMessage[], failedIds: ReadonlySet<string>): void {
    const { failures, objects } = this.#state;
    for (const { id, body } of messages)
      if (failedIds.has(id)) this.#parts.recordings.change(body, 'waiting', failures.get(id));
      else {
        failures.delete(id);
        this.#parts.recordings.discard(body, (key) => objects.has(key));
      }
    if (failedIds.size > 0) this.#feed.move('audio', 'queue', `${failedIds.size} messages`, true);
    this.#feed.change('recordings');
  }

  onLogLine(name: FunctionName, line: string): void {
    this.#parts.telemetry.log(`/aws/lambda/${functionNameOf(this.#stack, name)}`, line);
    const { request_id, outcome, message_id, reason, attempt } = parseFields(line);
    if (name === 'webhook_handler' && typeof request_id === 'string' && typeof outcome === 'string')
      this.#outcomes.set(request_id, outcome);
    // Nothing takes the outcomes of requests that timed out.
    if (this.#outcomes.size > MAX_OUTCOMES) this.#outcomes.clear();
    if (typeof message_id === 'string' && typeof reason === 'string')
      this.#state.failures.set(message_id, `${reason}${attempt === undefined ? '' : `, attempt ${attempt}`}`);
  }

  /** Counts it, and logs a failure as Lambda does. */
  onInvoked(name: FunctionName, { durationMs, outcome }: Invoked): void {
    const functionName = functionNameOf(this.#stack, name);
    const { telemetry } = this.#parts;
    telemetry.count(METRICS.lambda(functionName, 'Invocations'), 1);
    telemetry.count(METRICS.lambda(functionName, 'Errors'), outcome.failed ? 1 : 0);
    telemetry.count(METRICS.lambda(functionName, 'Duration'), durationMs);
    if (!outcome.failed) return;
    const { errorType, errorMessage } = parseFields(outcome.payload);
    const line = { timestamp: this.#state.clock.nowIso(), level: 'ERROR', errorType, errorMessage };
    telemetry.log(`/aws/lambda/${functionName}`, JSON.stringify(line));
    this.#feed.move(partOf(name), partOf(name), String(errorType), true);
  }

  /** Returns the id of the exchange's record; undefined for a request to another route than the webhook's. */
  onAnswered(answered: Answered): string | undefined {
    const { telemetry } = this.#parts;
    const { status } = answered.answer;
    telemetry.count(METRICS.api(this.#stack, 'Count'), 1);
    telemetry.count(METRICS.api(this.#stack, '4XXError'), status >= 400 && status < 500 ? 1 : 0);
    telemetry.count(METRICS.api(this.#stack, '5XXError'), status >= 500 ? 1 : 0);
    const outcome = this.#outcomes.get(answered.requestId);
    this.#outcomes.delete(answered.requestId);
    const exchange = describeExchange(answered, this.#state.clock.nowIso(), outcome);
    this.#feed.move('sender', 'gateway', `${answered.method} ${answered.path}`, status >= 400);
    if (answered.gatewayResponse === undefined)
      this.#feed.move('gateway', 'webhook', `${status}`, status >= 400);
    return answered.path === '/health' ? undefined : this.#keepExchange(exchange);
  }

  #keepExchange(exchange: ExchangeRecord): string {
    this.#exchanges += 1;
    this.#state.exchanges.set(String(this.#exchanges), exchange);
    this.#feed.change('exchanges');
    return String(this.#exchanges);
  }
}
