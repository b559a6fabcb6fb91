// The queues: what waits, how often it was tried, why it failed, and the way back for dead letters.
import type { Queue, QueueMessage } from '../../source-data.ts';
import { redrive } from '../actions.ts';
import { Badge, Empty, ErrorNote, Facts, Raw, Time } from '../bits.tsx';
import { useCan, useShell } from '../shell.ts';
import { useData } from '../use-data.ts';

export function Queues() {
  const { data, error } = useData<readonly Queue[]>('queues', {}, ['queues']);
  return (
    <>
      <ErrorNote error={error} />
      {data === undefined && error === undefined && <p class="quiet loading">Loading …</p>}
      {data?.map((queue) => (
        <QueuePanel key={queue.name} queue={queue} />
      ))}
    </>
  );
}

function QueuePanel({ queue }: { readonly queue: Queue }) {
  const { act } = useShell();
  const canRedrive = useCan('redrive') && queue.isDeadLetterQueue;
  const canBreak = useCan('fault');
  const { name, counts, messages, settings, isDeadLetterQueue } = queue;
  const all = counts.visible + counts.inFlight + counts.delayed;
  return (
    <section class="panel" aria-label={name}>
      <div class="panel-head">
        <h2 class="mono">{name}</h2>
        {isDeadLetterQueue && <Badge tone={all > 0 ? 'bad' : 'good'}>dead letters</Badge>}
        {canRedrive && counts.visible > 0 && (
          <button
            type="button"
            class="end"
            onClick={() => act(`Redrive all of ${name}`, (confirm) => redrive(name, undefined, confirm))}
          >
            Redrive all that can succeed
          </button>
        )}
      </div>
      <Facts
        rows={[
          ['Visible', String(counts.visible)],
          ['In flight', String(counts.inFlight)],
          ['Delayed', String(counts.delayed)],
          ...settings.map(({ label, value }) => [label, value] as const),
        ]}
      />
      {messages.length === 0 ? (
        <Empty
          title={
            isDeadLetterQueue
              ? canBreak
                ? 'Nothing has failed for good. Send a message that is no upload to the queue to see one.'
                : 'Nothing has failed for good.'
              : 'Nothing waits.'
          }
        />
      ) : (
        <ul class="messages-list">
          {messages.map((message) => (
            <li key={message.id}>
              <Message message={message} queue={name} canRedrive={canRedrive} />
            </li>
          ))}
        </ul>
      )}
      {messages.length > 0 && messages.length < all && (
        <p class="quiet">
          The first {messages.length} of {all}.
        </p>
      )}
    </section>
  );
}

const STATES: Readonly<Record<QueueMessage['state'], string>> = {
  visible: 'visible',
  inFlight: 'in flight',
  delayed: 'delayed',
};

interface MessageProps {
  readonly message: QueueMessage;
  readonly queue: string;
  readonly canRedrive: boolean;
}

function Message({ message, queue, canRedrive }: MessageProps) {
  const { act } = useShell();
  const { id, subject, sentAt, attempts, state, visibleAt, reason, canSucceed, body } = message;
  return (
    <article aria-label={subject}>
      <p class="message-head">
        <span class="mono grow">{subject}</span>
        <Badge tone={state === 'inFlight' ? 'info' : 'plain'}>{STATES[state]}</Badge>
        {attempts !== undefined && (
          <span class="quiet">{attempts === 1 ? '1 attempt' : `${attempts} attempts`}</span>
        )}
        <Time at={sentAt} />
        {canRedrive && (
          <button
            type="button"
            class="small"
            disabled={state !== 'visible'}
            onClick={() => act(`Redrive ${subject}`, (confirm) => redrive(queue, id, confirm))}
          >
            Redrive<span class="hidden"> {subject}</span>
          </button>
        )}
      </p>
      {reason !== undefined && <p>{reason}</p>}
      {canSucceed === false && <p class="quiet">A retry cannot succeed.</p>}
      {visibleAt !== undefined && (
        <p class="quiet">
          Delivered again at <Time at={visibleAt} />
        </p>
      )}
      <details>
        <summary>Body</summary>
        <Raw text={body} label={`Body of ${subject}`} />
      </details>
    </article>
  );
}
