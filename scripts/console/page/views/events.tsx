// Events: send a sample to the webhook as it is, edited, twice or forged; read each answer and its reason; send one again.
import { useState } from 'preact/hooks';
import type { Exchange } from '../../source-data.ts';
import { sendEvent } from '../actions.ts';
import { Badge, Empty, Facts, Raw, Search, Time } from '../bits.tsx';
import { toHash } from '../route.ts';
import { useCan, useShell, type ViewProps } from '../shell.ts';
import { SplitView } from '../split-view.tsx';
import { usePages } from '../use-data.ts';
import { EventComposer } from './event-composer.tsx';

export function Events({ id }: ViewProps) {
  const [search, setSearch] = useState('');
  const pages = usePages<Exchange>('exchanges', { search }, 'exchanges');
  const canSend = useCan('send');
  const selected = pages.data?.find((exchange) => exchange.id === id);
  return (
    <>
      {canSend && <EventComposer />}
      <SplitView
        view="events"
        label="Requests to the webhook"
        pages={pages}
        selected={id}
        idOf={(exchange) => exchange.id}
        row={(exchange) => <Row exchange={exchange} />}
        tools={<Search label="Search requests" onSearch={setSearch} />}
        empty={
          <Empty title="No requests">
            <p>
              {canSend
                ? 'Choose a sample above and send it.'
                : 'Requests are visible only where they are sent from here.'}
            </p>
          </Empty>
        }
      >
        {selected === undefined ? (
          <Empty
            title={
              id === undefined ? 'Select a request to see its answer.' : 'This request is not in the list.'
            }
          />
        ) : (
          <Detail exchange={selected} />
        )}
      </SplitView>
    </>
  );
}

function StatusBadge({ status }: { readonly status: number }) {
  return <Badge tone={status < 300 ? 'good' : status < 500 ? 'warn' : 'bad'}>{status}</Badge>;
}

function Row({ exchange: { eventType, answer, why, at } }: { readonly exchange: Exchange }) {
  return (
    <>
      <span class="row-main">{eventType ?? 'no event type'}</span>
      <span class="row-side">
        <Time at={at} />
      </span>
      <span class="row-sub">
        <StatusBadge status={answer.status} />
        <span class="quiet">{why}</span>
      </span>
    </>
  );
}

function Detail({ exchange }: { readonly exchange: Exchange }) {
  const { act } = useShell();
  const canSend = useCan('send');
  const { request, answer, why, sessionId, at } = exchange;
  return (
    <>
      <h2>{exchange.eventType ?? 'No event type'}</h2>
      <p class="row-sub">
        <StatusBadge status={answer.status} />
        <span>{why}</span>
      </p>
      {canSend && (
        <p>
          <button
            type="button"
            onClick={() =>
              act('Send this request again', (confirm) => sendEvent({ replay: exchange.id }, confirm))
            }
          >
            Replay byte for byte
          </button>
        </p>
      )}
      <Facts
        rows={[
          ['Sent', <Time key="at" at={at} />],
          ['Answered in', `${answer.durationMs} ms`],
          [
            'Session',
            sessionId === undefined ? undefined : <a href={toHash('sessions', sessionId)}>{sessionId}</a>,
          ],
          ...Object.entries(request.headers).map(
            ([name, value]) => [name, <code key={name}>{value}</code>] as const,
          ),
        ]}
      />
      <h3>Answer</h3>
      <Raw text={answer.body} label="Body of the answer" />
      <h3>Body</h3>
      <Raw text={request.body} label="Body of the request" />
    </>
  );
}
