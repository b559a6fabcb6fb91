// A deployed environment in one region as the page reads it, with the operator's own credentials. Read-only unless the
// command was told otherwise.
import {
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { Problem } from '../../../generator/command-line/problem.ts';
import type { Stack } from '../../operator/open-spec.ts';
import type { Operation } from '../../operator/operation.ts';
import { findDeadLetterQueue, LETTER_KINDS } from '../../redrive/dead-letters.ts';
import { moveLetters } from '../../redrive/move-letters.ts';
import { TYPE_INDEX } from '../../sessions/choose-access.ts';
import {
  type Change,
  type ConsoleSource,
  type Overview,
  type Page,
  type PageRequest,
  type SessionEraser,
  TOPICS,
} from '../source.ts';
import type { Delivery, Exchange, Fault } from '../source-data.ts';
import type { MeteredAccess } from './metered-access.ts';
import { describeDeployment } from './read-overview.ts';
import { readQueues } from './read-queues.ts';
import { readAudio, readRecordings } from './read-recordings.ts';
import { type Reading, readSession, readSessions } from './read-sessions.ts';
import { readSubscriptions } from './read-subscriptions.ts';
import { readLogs, readMetrics } from './read-telemetry.ts';
import type { SampleSender } from './sample-sender.ts';

/** CloudWatch has new values once a minute; each look costs. */
const LOOK_EVERY_MS = 30_000;
const REDRIVE = { rate: 5, max: 1_000, isAll: false };

interface DeployedOptions {
  readonly stack: Stack;
  readonly aws: MeteredAccess;
  readonly operation: Operation;
  readonly sender: SampleSender;
  readonly eraser: SessionEraser;
  /** Whether redrive, samples and forgetting are offered. */
  readonly canWrite: boolean;
}

export class DeployedSource implements ConsoleSource {
  readonly #options: DeployedOptions;
  readonly #listeners = new Set<(change: Change) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DeployedOptions) {
    this.#options = options;
  }

  async overview(signal: AbortSignal): Promise<Overview> {
    const { stack, aws, canWrite } = this.#options;
    return {
      ...(await describeDeployment(this.#reading(signal), await this.#describeTable(signal))),
      kind: 'deployed',
      project: stack.environment.projectName,
      environment: stack.environment.name,
      region: stack.region.name,
      actions: canWrite ? ['send', 'redrive', 'forget'] : [],
      confirmWith: stack.environment.name,
      reads: { calls: aws.calls, dollars: aws.dollars },
    };
  }

  recordings = (page: PageRequest, signal: AbortSignal) => readRecordings(this.#reading(signal), page);
  audio = (key: string, signal: AbortSignal) => readAudio(this.#reading(signal), key);
  session = (id: string, signal: AbortSignal) => readSession(this.#reading(signal), id);
  queues = (signal: AbortSignal) => readQueues(this.#reading(signal));
  subscriptions = (signal: AbortSignal) => readSubscriptions(this.#reading(signal));
  metrics = (signal: AbortSignal) => readMetrics(this.#reading(signal));
  logs: ConsoleSource['logs'] = (page, signal) => readLogs(this.#reading(signal), page);

  async sessions(page: PageRequest, signal: AbortSignal) {
    const { GlobalSecondaryIndexes = [] } = await this.#describeTable(signal);
    const hasIndex = GlobalSecondaryIndexes.some(({ IndexName }) => IndexName === TYPE_INDEX);
    return await readSessions(this.#reading(signal), hasIndex, page);
  }

  async samples() {
    return this.#options.sender.samples();
  }

  async exchanges({ search = '' }: PageRequest): Promise<Page<Exchange>> {
    const items = this.#options.sender.exchanges.filter(({ request, why }) =>
      `${request.body} ${why}`.includes(search),
    );
    return { items, total: items.length };
  }

  /** AWS keeps none. */
  async deliveries(): Promise<Page<Delivery>> {
    return { items: [] };
  }

  async faults(): Promise<readonly Fault[]> {
    return [];
  }

  async send(...[request]: Parameters<ConsoleSource['send']>) {
    const exchanges = await this.#options.sender.send(request);
    this.#emit({ kind: 'changed', topics: ['exchanges', 'sessions', 'logs'] });
    return exchanges;
  }

  async redrive(name: string, messageId?: string) {
    const { stack, aws, operation } = this.#options;
    const queues = await Promise.all(LETTER_KINDS.map((kind) => findDeadLetterQueue(aws, stack, kind)));
    const queue = queues.find((each) => each.name === name);
    if (queue === undefined)
      throw new Problem({ what: `${name} is no dead-letter queue of ${stack.environment.name}.` });
    const options = messageId === undefined ? REDRIVE : { ...REDRIVE, isAll: true, messageId };
    const moved = await moveLetters({ ...operation, aws }, queue, { ...options, total: REDRIVE.max });
    this.#emit({ kind: 'changed', topics: ['queues', 'overview'] });
    return { moved };
  }

  forgetPlan: ConsoleSource['forgetPlan'] = (request, signal) =>
    this.#options.eraser.forgetPlan(request, signal);

  async forget(...[request]: Parameters<ConsoleSource['forget']>) {
    const report = await this.#options.eraser.forget(request);
    this.#emit({ kind: 'changed', topics: TOPICS });
    return report;
  }

  upload = () => refuse();
  fault = () => refuse();

  /** Looks again now and then, as long as a page is open. */
  watch(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#emit({ kind: 'changed', topics: TOPICS }), LOOK_EVERY_MS);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #emit(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  #reading(signal: AbortSignal): Reading {
    const { stack, aws } = this.#options;
    return { stack, aws, signal };
  }

  /** The table as it is: the spec may be ahead of the deployment. */
  async #describeTable(signal: AbortSignal): Promise<TableDescription> {
    const { stack, aws } = this.#options;
    const { environment, region, names } = stack;
    try {
      const { Table = {} } = await aws
        .client(DynamoDBClient, region.name)
        .send(new DescribeTableCommand({ TableName: names.table }), { abortSignal: signal });
      return Table;
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      throw new Problem({
        what: `There is no table ${names.table} in ${region.name}.`,
        why: `${environment.name} is not deployed there.`,
        fix: `npx sonotheia deploy --env ${environment.name}`,
      });
    }
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Problem({ what: 'A deployed environment does not offer this here.' }));
}
