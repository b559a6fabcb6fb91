// Sessions, and the timeline of one: event by event, with the item as the table holds it.
import { useState } from 'preact/hooks';
import type { Session, SessionSummary, TimelineEvent } from '../../source-data.ts';
import { Badge, Empty, ErrorNote, Facts, Raw, Search, Time, VerdictLine } from '../bits.tsx';
import { Forget } from '../forget.tsx';
import { useCan, type ViewProps } from '../shell.ts';
import { SplitView } from '../split-view.tsx';
import { useData, usePages } from '../use-data.ts';

export function Sessions({ id }: ViewProps) {
  const [search, setSearch] = useState('');
  const pages = usePages<SessionSummary>('sessions', { search }, 'sessions');
  const canFill = useCan('send');
  return (
    <SplitView
      view="sessions"
      label="Sessions"
      pages={pages}
      selected={id}
      idOf={({ sessionId }) => sessionId}
      row={(session) => <Row session={session} />}
      tools={<Search label="Search by session id" onSearch={setSearch} />}
      empty={
        <Empty title={search === '' ? 'No sessions' : 'No session with this text'}>
          <p>{canFill && search === '' ? 'Send an event or upload a recording.' : 'Try another text.'}</p>
        </Empty>
      }
    >
      {id === undefined ? (
        <Empty title="Select a session to see its timeline." />
      ) : (
        <Timeline id={id} key={id} />
      )}
    </SplitView>
  );
}

function Row({ session }: { readonly session: SessionSummary }) {
  const { sessionId, events, latestType, latestAt } = session;
  return (
    <>
      <span class="row-main mono">{sessionId}</span>
      <span class="row-side">
        <Time at={latestAt} />
      </span>
      <span class="row-sub">
        <VerdictLine verdict={session} />
        <span class="quiet">
          {latestType}
          {events > 1 ? `, ${events} events` : ''}
        </span>
      </span>
    </>
  );
}

function Timeline({ id }: { readonly id: string }) {
  const { data, error } = useData<Session>('session', { id }, ['sessions']);
  const canForget = useCan('forget');
  return (
    <>
      <h2 class="mono">{id}</h2>
      <ErrorNote error={error} />
      {data === undefined && error === undefined && <p class="quiet loading">Loading …</p>}
      <ol class="timeline">
        {data?.events.map((event) => (
          <li key={event.timestamp} class={event.risk ?? ''}>
            <EventEntry event={event} />
          </li>
        ))}
      </ol>
      {canForget && <Forget id={id} />}
    </>
  );
}

function EventEntry({ event }: { readonly event: TimelineEvent }) {
  const { eventType, occurredAt, label, decision, isTest, status } = event;
  return (
    <article aria-label={eventType}>
      <h3>
        {eventType} {isTest && <Badge tone="plain">test</Badge>}
        {status === 'stored' && <Badge tone="warn">not announced</Badge>}
        <span class="row-side">
          <Time at={occurredAt} />
        </span>
      </h3>
      <p class="row-sub">
        <VerdictLine verdict={event} />
        {label !== undefined && <span>{label}</span>}
        {decision !== undefined && (
          <span>
            <span class="quiet">Decision</span> {decision}
          </span>
        )}
      </p>
      <details>
        <summary>Item</summary>
        <Facts
          rows={[
            ['Event id', <code key="id">{event.eventId}</code>],
            ['Sort key', <code key="key">{event.timestamp}</code>],
            ['Received', <Time key="at" at={event.receivedAt} />],
            ['Expires', <Time key="end" at={event.expiresAt} />],
          ]}
        />
        <Raw text={event.item} label={`Item of ${eventType}`} />
      </details>
    </article>
  );
}
