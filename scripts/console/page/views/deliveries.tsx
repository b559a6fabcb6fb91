// Deliveries: which subscription got which result, and which filter kept one back.
import { useState } from 'preact/hooks';
import type { Delivery, Subscription } from '../../source-data.ts';
import { Badge, Empty, ErrorNote, Facts, Raw, Search, Time, type Tone } from '../bits.tsx';
import { toHash } from '../route.ts';
import { useShell, type ViewProps } from '../shell.ts';
import { SplitView } from '../split-view.tsx';
import { useData, usePages } from '../use-data.ts';

const TONES: Readonly<Record<Delivery['outcome'], Tone>> = {
  delivered: 'good',
  filtered: 'plain',
  failed: 'bad',
};

export function Deliveries({ id }: ViewProps) {
  const [search, setSearch] = useState('');
  const { overview } = useShell();
  const { data: subscriptions, error } = useData<readonly Subscription[]>('subscriptions', {}, [
    'deliveries',
  ]);
  const pages = usePages<Delivery>('deliveries', { search }, 'deliveries');
  const selected = pages.data?.find((delivery) => delivery.id === id);
  return (
    <>
      <ErrorNote error={error} />
      <section class="cards" aria-label="Subscriptions">
        {subscriptions?.map((subscription) => (
          <Card key={subscription.name} subscription={subscription} />
        ))}
        {subscriptions?.length === 0 && (
          <div class="panel">
            <Empty title="The results topic has no subscriptions.">
              <p>
                Add one under <code>subscriptions</code> in the spec.
              </p>
            </Empty>
          </div>
        )}
      </section>
      <SplitView
        view="deliveries"
        label="Deliveries"
        pages={pages}
        selected={id}
        idOf={(delivery) => delivery.id}
        row={(delivery) => <Row delivery={delivery} />}
        tools={<Search label="Search deliveries" onSearch={setSearch} />}
        empty={
          <Empty title="No deliveries">
            <p>
              {overview?.kind === 'deployed'
                ? 'AWS keeps no list of deliveries: they are visible only in the local system.'
                : 'They appear when a result is announced: send an event.'}
            </p>
          </Empty>
        }
      >
        {selected === undefined ? (
          <Empty
            title={
              id === undefined ? 'Select a delivery to see the message.' : 'This delivery is not in the list.'
            }
          />
        ) : (
          <Detail delivery={selected} />
        )}
      </SplitView>
    </>
  );
}

function Card({
  subscription: { name, protocol, endpoint, filter, counts },
}: {
  readonly subscription: Subscription;
}) {
  return (
    <section class="panel card" aria-label={name}>
      <h2>{name}</h2>
      <p class="quiet break">
        {protocol}: {endpoint}
      </p>
      {counts !== undefined && (
        <p class="row-sub">
          <Badge tone="good">{counts.delivered} delivered</Badge>
          <Badge tone="plain">{counts.filtered} kept back</Badge>
          {counts.failed > 0 && <Badge tone="bad">{counts.failed} failed</Badge>}
        </p>
      )}
      {filter === undefined ? (
        <p class="quiet">Gets every message.</p>
      ) : (
        <Raw text={filter} label={`Filter of ${name}`} isCompact />
      )}
    </section>
  );
}

function Row({
  delivery: { subscription, eventType, outcome, reason, at },
}: {
  readonly delivery: Delivery;
}) {
  return (
    <>
      <span class="row-main">
        {eventType} <span class="quiet">to</span> {subscription}
      </span>
      <span class="row-side">
        <Time at={at} />
      </span>
      <span class="row-sub">
        <Badge tone={TONES[outcome]}>{outcome === 'filtered' ? 'kept back' : outcome}</Badge>
        <span class="quiet">{reason}</span>
      </span>
    </>
  );
}

function Detail({ delivery }: { readonly delivery: Delivery }) {
  const { subscription, protocol, outcome, reason, sessionId, eventId, eventType, at, message } = delivery;
  return (
    <>
      <h2>
        {eventType} <span class="quiet">to</span> {subscription}
      </h2>
      <p class="row-sub">
        <Badge tone={TONES[outcome]}>{outcome === 'filtered' ? 'kept back' : outcome}</Badge>
        <span>{reason}</span>
      </p>
      <Facts
        rows={[
          ['At', <Time key="at" at={at} />],
          ['Protocol', protocol],
          ['Event', <code key="id">{eventId}</code>],
          [
            'Session',
            <a key="session" href={toHash('sessions', sessionId)}>
              {sessionId}
            </a>,
          ],
        ]}
      />
      <Raw text={message} label="Message" />
    </>
  );
}
