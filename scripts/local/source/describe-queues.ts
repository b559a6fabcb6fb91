// The queues and their messages, with the reason of each failure.

import { INCOMING_PREFIX } from '../../../handlers/audio_processor/file-away.ts';
import type { Queue, QueueMessage } from '../../console/source-data.ts';
import { type LocalQueue, type QueuedMessage, stateOf } from '../engine/local-queue.ts';
import type { LocalSystem } from '../engine/local-system.ts';
import { keysIn } from '../engine/recordings.ts';

const MAX_MESSAGES = 100;
const MAX_BODY_CHARACTERS = 16_384;

export function describeQueues(system: LocalSystem): Queue[] {
  return system.parts.queues.map((queue) => ({
    name: queue.name,
    isDeadLetterQueue: isDeadLetterQueue(queue, system),
    counts: queue.count(),
    messages: queue
      .list()
      .slice(0, MAX_MESSAGES)
      .map((message) => describeMessage(message, queue, system)),
    settings: describeSettings(queue, system),
  }));
}

export function isDeadLetterQueue(queue: LocalQueue, { parts }: LocalSystem): boolean {
  return queue !== parts.queue;
}

/** Whether a file of the message is still there: without one, a retry fails again. */
export function canSucceed({ body }: QueuedMessage, { state }: LocalSystem): boolean {
  return keysIn(body).some((key) => {
    const location = state.recordings.get(key)?.location;
    return state.objects.has(key) || (location !== undefined && state.objects.has(location));
  });
}

function describeMessage(message: QueuedMessage, queue: LocalQueue, system: LocalSystem): QueueMessage {
  const { id, body, attributes, sentAtMs, visibleAtMs, receiveCount } = message;
  const isLetter = isDeadLetterQueue(queue, system);
  const state = stateOf(message, system.state.clock.nowMs());
  const said = [attributes.reason, attributes.last_failure].flatMap((each) => each?.StringValue ?? []);
  const reason = said.length > 0 ? said.join(': ') : system.state.failures.get(id);
  const [first = 'not a notification of S3', ...more] = keysIn(body);
  return {
    id,
    subject: more.length === 0 ? first.replace(INCOMING_PREFIX, '') : `${first} and ${more.length} more`,
    sentAt: new Date(sentAtMs).toISOString(),
    attempts: isLetter ? Number(attributes.attempts?.StringValue ?? receiveCount) : receiveCount,
    state,
    ...(state === 'visible' ? {} : { visibleAt: new Date(visibleAtMs).toISOString() }),
    ...(reason === undefined ? {} : { reason }),
    ...(isLetter ? { canSucceed: canSucceed(message, system) } : {}),
    body: body.length > MAX_BODY_CHARACTERS ? `${body.slice(0, MAX_BODY_CHARACTERS)}…` : body,
  };
}

function describeSettings(queue: LocalQueue, system: LocalSystem): Queue['settings'] {
  const { visibilityTimeoutSeconds, retentionSeconds } = queue.options;
  const { pace, settings } = system.stack;
  const own = [{ label: 'Kept for', value: `${retentionSeconds / 86_400} days` }];
  if (isDeadLetterQueue(queue, system)) return own;
  return [
    ...own,
    { label: 'Visibility timeout', value: `${visibilityTimeoutSeconds} s` },
    { label: 'Files in a batch', value: String(pace.batchSize) },
    { label: 'Batches at once', value: String(pace.maxConcurrency) },
    { label: 'Failed attempts before it is a dead letter', value: String(settings.audio.max_receive_count) },
  ];
}
