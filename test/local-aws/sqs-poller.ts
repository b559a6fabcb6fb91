// Polls queues as Lambda does for its event source mappings.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type EventSourceMappingConfiguration,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, type Message, SQSClient } from '@aws-sdk/client-sqs';
import { failedMessageIds, toSqsEvent } from '../../scripts/local/lambda/sqs-batch.ts';
import { type ClientFactory, regionOfArn } from './aws-access.ts';
import type { FunctionPool } from './function-pool.ts';
import { deleteMessages, type Queue, receiveMessages, returnMessages } from './sqs-queue.ts';

export interface SqsPollerOptions {
  readonly clients: ClientFactory;
  readonly functions: FunctionPool;
  /** ARNs of all resources on the server, which show the regions with mappings. */
  readonly listResources: () => Promise<readonly string[]>;
  /** At most this many batches of a mapping at once, or its `maximum_concurrency` if that is smaller. */
  readonly maxConcurrency: number;
  /** How long failed messages stay invisible. AWS waits for the rest of the queue's visibility timeout. */
  readonly retryDelaySeconds: number;
}

const DISCOVERY_INTERVAL_MS = 1_000;
const AWS_DEFAULT_BATCH_SIZE = 10;

/** Polls the queue of every enabled mapping in every region until it is stopped. */
export class SqsPoller {
  readonly #options: SqsPollerOptions;
  readonly #abort = new AbortController();
  readonly #running: Promise<void>;
  readonly #loops = new Map<string, Promise<void>>();
  #enabledIds = new Set<string>();

  constructor(options: SqsPollerOptions) {
    this.#options = options;
    this.#running = this.#discoverMappings();
  }

  /** Waits for the batches that are being processed. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
    await Promise.all(this.#loops.values());
  }

  async #discoverMappings(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const mappings = await listEnabledMappings(this.#options).catch(() => []);
      this.#enabledIds = new Set(mappings.map((mapping) => mapping.UUID ?? ''));
      for (const mapping of mappings) this.#startLoop(mapping);
      await sleep(DISCOVERY_INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
  }

  #startLoop(mapping: EventSourceMappingConfiguration): void {
    const id = mapping.UUID ?? '';
    if (this.#loops.has(id)) return;
    const loop = this.#poll(mapping)
      .catch((error: unknown) => {
        if (this.#isWanted(id)) this.#log(mapping, String(error));
      })
      .finally(() => this.#loops.delete(id));
    this.#loops.set(id, loop);
  }

  #isWanted(mappingId: string): boolean {
    return !this.#abort.signal.aborted && this.#enabledIds.has(mappingId);
  }

  #log(mapping: EventSourceMappingConfiguration, text: string): void {
    this.#options.functions.log(mapping.FunctionArn?.split(':').at(-1) ?? '', `[sqs poller] ${text}`);
  }

  async #poll(mapping: EventSourceMappingConfiguration): Promise<void> {
    const { maxConcurrency } = this.#options;
    const maxBatches = Math.min(mapping.ScalingConfig?.MaximumConcurrency ?? maxConcurrency, maxConcurrency);
    const batches = new Set<Promise<void>>();
    const queue = await this.#openQueue(mapping);
    try {
      while (this.#isWanted(mapping.UUID ?? '')) {
        const messages = await receiveMessages(queue, mapping.BatchSize ?? AWS_DEFAULT_BATCH_SIZE);
        if (messages.length === 0) continue;
        const batch: Promise<void> = this.#processBatch(mapping, queue, messages)
          .catch((error: unknown) => this.#log(mapping, String(error)))
          .finally(() => batches.delete(batch));
        batches.add(batch);
        if (batches.size >= maxBatches) await Promise.race(batches);
      }
    } finally {
      await Promise.all(batches);
    }
  }

  /** Lambda receives and deletes with the permissions of the function's role. */
  async #openQueue({
    EventSourceArn: arn = '',
    FunctionArn = '',
  }: EventSourceMappingConfiguration): Promise<Queue> {
    const { clients, functions } = this.#options;
    const region = regionOfArn(arn);
    const found = await clients
      .client(SQSClient, { region })
      .send(new GetQueueUrlCommand({ QueueName: arn.split(':').at(-1) }));
    const credentials = await functions.credentialsOf(FunctionArn);
    return { arn, url: found.QueueUrl ?? '', client: clients.client(SQSClient, { region, credentials }) };
  }

  async #processBatch(
    mapping: EventSourceMappingConfiguration,
    queue: Queue,
    messages: readonly Message[],
  ): Promise<void> {
    const event = toSqsEvent(messages, queue.arn);
    const outcome = await this.#options.functions.invoke(mapping.FunctionArn ?? '', JSON.stringify(event));
    const failedIds = failedMessageIds(messages, mapping.FunctionResponseTypes ?? [], outcome);
    const isFailed = (message: Message): boolean => failedIds.has(message.MessageId ?? '');
    await deleteMessages(
      queue,
      messages.filter((message) => !isFailed(message)),
    );
    await returnMessages(queue, messages.filter(isFailed), this.#options.retryDelaySeconds);
  }
}

async function listEnabledMappings(options: SqsPollerOptions): Promise<EventSourceMappingConfiguration[]> {
  const arns = (await options.listResources()).filter((arn) => arn.includes(':event-source-mapping:'));
  const pages = await Promise.all(
    [...new Set(arns.map(regionOfArn))].map((region) =>
      options.clients.client(LambdaClient, { region }).send(new ListEventSourceMappingsCommand({})),
    ),
  );
  return pages
    .flatMap((page) => page.EventSourceMappings ?? [])
    .filter((mapping) => mapping.State === 'Enabled');
}
