// The queues of a stack, with the settings of templates/modules/sonotheia/sqs.tf.hbs.
import { LocalQueue, type QueueOptions } from './local-queue.ts';
import { ACCOUNT_ID, type LocalStack } from './local-stack.ts';
import type { LocalState } from './local-state.ts';

/** The function itself sends faulty messages to the dead-letter queue. */
const MAX_RECEIVE_COUNT = 1000;
const SECONDS_A_DAY = 86_400;
/** SQS's default. */
const LETTER_VISIBILITY_SECONDS = 30;

export function createUploadQueue(
  { names, pace, settings, queueArn }: LocalStack,
  { clock, messagesOf }: LocalState,
  { deadLetters, onChange }: { readonly deadLetters: LocalQueue; readonly onChange: () => void },
): LocalQueue {
  return new LocalQueue({
    name: names.queue,
    arn: queueArn,
    clock,
    messages: messagesOf(names.queue),
    visibilityTimeoutSeconds: pace.visibilityTimeoutSeconds,
    retentionSeconds: settings.audio.queue_retention_days * SECONDS_A_DAY,
    redrive: { queue: deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    onChange,
  });
}

export function createLetterQueue(
  { region, settings }: LocalStack,
  { clock, messagesOf }: LocalState,
  own: Pick<QueueOptions, 'name' | 'onChange' | 'onAdd'>,
): LocalQueue {
  return new LocalQueue({
    ...own,
    arn: `arn:aws:sqs:${region}:${ACCOUNT_ID}:${own.name}`,
    clock,
    messages: messagesOf(own.name),
    visibilityTimeoutSeconds: LETTER_VISIBILITY_SECONDS,
    retentionSeconds: settings.audio.dlq_retention_days * SECONDS_A_DAY,
  });
}
