// Lambda's event source mapping of the audio queue: batches, maximum concurrency, partial batch responses.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
import type { Message } from '@aws-sdk/client-sqs';
import type { InvocationOutcome } from '../lambda/lambda-sandbox.ts';
import { failedMessageIds, toSqsEvent } from '../lambda/sqs-batch.ts';
import { toMessage } from '../services/sqs-messages.ts';
import type { LocalQueue, QueuedMessage } from './local-queue.ts';

export interface PollerOptions {
  readonly queue: LocalQueue;
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly invoke: (payload: string) => Promise<InvocationOutcome>;
  /** Gets each batch before its invocation. */
  readonly onBatch: (messages: readonly QueuedMessage[]) => void;
  /** Gets each batch after its invocation, with the ids of messages that stay in the queue. */
  readonly onAnswer: (messages: readonly QueuedMessage[], failedIds: ReadonlySet<string>) => void;
}

export class QueuePoller {
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  readonly #loops: readonly Promise<void>[];

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#loops = Array.from({ length: options.maxConcurrency }, () => this.#poll());
  }

  /** Takes no more messages. An invocation that is running ends with its function. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#loops);
  }

  async #poll(): Promise<void> {
    const { queue, batchSize } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const messages = await queue.receiveWhenVisible(batchSize, signal);
      if (messages.length > 0) await this.#process(messages);
    }
  }

  async #process(batch: readonly QueuedMessage[]): Promise<void> {
    const { queue, invoke, onBatch, onAnswer } = this.#options;
    onBatch(batch);
    const messages: Message[] = batch.map((message) => toMessage(message));
    const outcome = await invoke(JSON.stringify(toSqsEvent(messages, queue.options.arn)));
    const failedIds = failedMessageIds(messages, ['ReportBatchItemFailures'], outcome);
    for (const { id, receiptHandle = '' } of batch) if (!failedIds.has(id)) queue.delete(receiptHandle);
    onAnswer(batch, failedIds);
  }
}
