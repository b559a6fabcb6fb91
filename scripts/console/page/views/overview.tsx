// The picture of the system with what moves through it, the latest moves in words, and the addresses for other programs.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Overview } from '../../source.ts';
import type { SampleEvent } from '../../source-data.ts';
import { sendEvent, uploadRecording } from '../actions.ts';
import { get } from '../api.ts';
import { Badge, CopyButton, Empty, Facts } from '../bits.tsx';
import { changes } from '../changes.ts';
import { Picture } from '../picture.tsx';
import { PART_TITLES } from '../picture-layout.ts';
import { useCan, useShell } from '../shell.ts';
import { makeTone } from '../wav.ts';

const KEPT_MOVES = 8;

export function OverviewView() {
  const { overview } = useShell();
  if (overview === undefined) return null;
  return (
    <>
      <QuickActions />
      <section class="panel" aria-label="Architecture">
        <Picture parts={overview.parts} />
      </section>
      <div class="columns">
        <LatestMoves isLocal={overview.kind === 'local'} />
        <Addresses overview={overview} />
      </div>
      <PartsTable overview={overview} />
    </>
  );
}

function QuickActions() {
  const { act } = useShell();
  const canSend = useCan('send');
  const canUpload = useCan('upload');
  const sendRandom = async (confirm: string | undefined): Promise<string> => {
    const samples = await get<readonly SampleEvent[]>('samples');
    const sample = samples.find(({ name }) => name === 'deepfake.completed') ?? samples[0];
    return await sendEvent({ body: freshIds(sample?.body ?? '{}'), signature: 'valid', times: 1 }, confirm);
  };
  if (!canSend && !canUpload) return null;
  return (
    <div class="quick">
      {canUpload && (
        <button
          type="button"
          class="primary"
          onClick={() =>
            act('Upload a recording', (confirm) =>
              uploadRecording(
                makeTone(440, 2),
                { name: `tone-440-hz-${Date.now().toString(36)}.wav` },
                confirm,
              ),
            )
          }
        >
          Upload a tone
        </button>
      )}
      {canSend && (
        <button type="button" onClick={() => act('Send a sample event', sendRandom)}>
          Send a sample event
        </button>
      )}
      <p class="quiet">
        Then watch it move, or open the other views for all that can be sent, broken and repaired.
      </p>
    </div>
  );
}

/** Other ids, so that the event is not a duplicate of the last one. */
function freshIds(body: string): string {
  const id = crypto.randomUUID().replaceAll('-', '').slice(0, 12);
  return body
    .replace(/"(?:evt|sess)_[\w-]+"/g, (text) => `"${text.startsWith('"evt') ? 'evt' : 'sess'}_${id}"`)
    .replace(/"timestamp": ?"[^"]*"/, () => `"timestamp": "${new Date().toISOString()}"`);
}

interface Shown {
  readonly id: number;
  readonly text: string;
  readonly isFailure: boolean;
}

function LatestMoves({ isLocal }: { readonly isLocal: boolean }) {
  const [moves, setMoves] = useState<readonly Shown[]>([]);
  const next = useRef(0);
  useEffect(
    () =>
      changes.onMove(({ from, to, label, isFailure }) => {
        next.current += 1;
        const text = `${label}: ${PART_TITLES[from].title} to ${PART_TITLES[to].title}`;
        const shown = { id: next.current, text, isFailure };
        setMoves((old) => [shown, ...old].slice(0, KEPT_MOVES));
      }),
    [],
  );
  return (
    <section class="panel" aria-label="Latest moves">
      <h2>Latest moves</h2>
      {moves.length === 0 && (
        <Empty
          title={
            isLocal
              ? 'Nothing has moved since this page was opened.'
              : 'Moves are visible only in the local system.'
          }
        >
          {isLocal && <p>Upload a tone or send a sample event.</p>}
        </Empty>
      )}
      <ol class="moves">
        {moves.map(({ id, text, isFailure }) => (
          <li key={id} class={isFailure ? 'failure' : ''}>
            {text}
            {isFailure && <span class="hidden"> (failed)</span>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Addresses({ overview: { endpoints, settings } }: { readonly overview: Overview }) {
  return (
    <section class="panel" aria-label="Addresses and settings">
      <h2>Addresses</h2>
      <ul class="addresses">
        {endpoints.map(({ label, url }) => (
          <li key={label}>
            <span>{label}</span>
            <code>{url}</code>
            <CopyButton text={url} label={label} />
          </li>
        ))}
      </ul>
      <h2>Settings</h2>
      <Facts rows={settings.map(({ label, value }) => [label, value] as const)} />
    </section>
  );
}

function PartsTable({ overview: { parts } }: { readonly overview: Overview }) {
  return (
    <section class="panel" aria-label="Parts">
      <h2>Parts</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it. */}
      <section class="wide" tabIndex={0} aria-label="Table of the parts">
        <table>
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">Name</th>
              <th scope="col">Counts</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {parts.map(({ id, name, counts, state }) => (
              <tr key={id}>
                <th scope="row">{PART_TITLES[id].title}</th>
                <td>
                  <code>{name}</code>
                </td>
                <td>
                  {counts.map(({ label, value }) => `${value.toLocaleString('en')} ${label}`).join(', ')}
                </td>
                <td>
                  <Badge tone={state === 'broken' ? 'bad' : state === 'busy' ? 'info' : 'good'}>
                    {state}
                  </Badge>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
