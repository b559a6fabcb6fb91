// Events: send a sample to the webhook as it is, edited, twice or forged; read each answer and its reason; send one again.
import { useEffect, useState } from 'preact/hooks';
import type { Exchange, SampleEvent, SendRequest } from '../../source-data.ts';
import { sendEvent } from '../actions.ts';
import { Badge, Empty, Facts, Raw, Search, Time } from '../bits.tsx';
import { toHash } from '../route.ts';
import { useCan, useShell, type ViewProps } from '../shell.ts';
import { SplitView } from '../split-view.tsx';
import { useData, usePages } from '../use-data.ts';

export function Events({ id }: ViewProps) {
  const [search, setSearch] = useState('');
  const pages = usePages<Exchange>('exchanges', { search }, 'exchanges');
  const canSend = useCan('send');
  const selected = pages.data?.find((exchange) => exchange.id === id);
  return (
    <>
      {canSend && <Composer />}
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

const SIGNATURES = [
  ['valid', 'Signed', 'with the webhook secret'],
  ['forged', 'Forged', 'signed with another secret'],
  ['missing', 'Unsigned', 'without the header'],
] as const;

function Composer() {
  const { act } = useShell();
  const { data: samples } = useData<readonly SampleEvent[]>('samples', {}, []);
  const [name, setName] = useState<string>();
  const [body, setBody] = useState('');
  const [signature, setSignature] = useState<'valid' | 'forged' | 'missing'>('valid');
  const [isTwice, setIsTwice] = useState(false);
  const choose = (next: string | undefined): void => {
    setName(next);
    setBody(samples?.find((sample) => sample.name === next)?.body ?? '');
  };
  // Only the arrival of the samples chooses the first.
  useEffect(() => choose(samples?.[0]?.name), [samples]);
  const request: SendRequest = { body, signature, times: isTwice ? 2 : 1 };
  const isEdited = body !== samples?.find((sample) => sample.name === name)?.body;
  return (
    <section class="panel" aria-label="New event">
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          void act('Send this event to the webhook', (confirm) => sendEvent(request, confirm));
        }}
      >
        <div class="composer-side">
          <label class="field">
            Sample
            <select value={name} onChange={({ currentTarget }) => choose(currentTarget.value)}>
              {samples?.map((sample) => (
                <option key={sample.name}>{sample.name}</option>
              ))}
            </select>
          </label>
          <fieldset>
            <legend>Signature</legend>
            {SIGNATURES.map(([value, label, text]) => (
              <label key={value} class="choice">
                <input
                  type="radio"
                  name="signature"
                  checked={signature === value}
                  onChange={() => setSignature(value)}
                />
                {label} <span class="quiet">{text}</span>
              </label>
            ))}
          </fieldset>
          <label class="choice">
            <input
              type="checkbox"
              checked={isTwice}
              onChange={({ currentTarget }) => setIsTwice(currentTarget.checked)}
            />
            Twice <span class="quiet">the second is a duplicate</span>
          </label>
          <button type="submit" class="primary" disabled={body === ''}>
            Send
          </button>
        </div>
        <label class="field grow">
          <span>Body {isEdited && <Badge tone="info">edited</Badge>}</span>
          <textarea
            class="mono"
            rows={12}
            spellcheck={false}
            value={body}
            onInput={({ currentTarget }) => setBody(currentTarget.value)}
          />
        </label>
      </form>
    </section>
  );
}
