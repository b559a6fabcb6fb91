// Faults at a button, and the settings of the stand-in API.
import { useEffect, useState } from 'preact/hooks';
import type { Fault } from '../../source-data.ts';
import { post } from '../api.ts';
import { Badge, Empty, ErrorNote } from '../bits.tsx';
import { useShell } from '../shell.ts';
import { useData } from '../use-data.ts';

type Set = (value?: boolean | string | number) => void;

export function Faults() {
  const { act } = useShell();
  const { data, error } = useData<readonly Fault[]>('faults', {}, ['faults']);
  const set =
    (fault: Fault): Set =>
    (value) =>
      void act(fault.label, async (confirm) => {
        await post('fault', value === undefined ? { name: fault.name } : { name: fault.name, value }, {
          confirm,
        });
        return value === undefined ? `${fault.label}: done.` : `${fault.label}: ${describeValue(value)}.`;
      });
  return (
    <>
      <ErrorNote error={error} />
      {data?.length === 0 && <Empty title="This system has no faults to offer." />}
      <ul class="cards faults">
        {data?.map((fault) => (
          <li key={fault.name} class="panel card">
            <h2>
              {fault.label} {fault.kind === 'switch' && fault.value && <Badge tone="bad">on</Badge>}
            </h2>
            <p class="quiet" id={`about-${fault.name}`}>
              {fault.description}
            </p>
            <Control fault={fault} set={set(fault)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function describeValue(value: boolean | string | number): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

function Control({ fault, set }: { readonly fault: Fault; readonly set: Set }) {
  const about = `about-${fault.name}`;
  switch (fault.kind) {
    case 'button':
      return (
        <button type="button" aria-describedby={about} onClick={() => set()}>
          Do it<span class="hidden">: {fault.label}</span>
        </button>
      );
    case 'switch':
      return (
        <button
          type="button"
          role="switch"
          aria-checked={fault.value}
          aria-label={fault.label}
          aria-describedby={about}
          class={`switch ${fault.value ? 'on' : ''}`}
          onClick={() => set(!fault.value)}
        >
          <span class="knob" />
        </button>
      );
    case 'choice':
      return (
        <select
          aria-label={fault.label}
          aria-describedby={about}
          value={fault.value}
          onChange={({ currentTarget }) => set(currentTarget.value)}
        >
          {fault.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      );
    case 'number':
      return <Slider fault={fault} set={set} />;
  }
}

type NumberFault = Extract<Fault, { kind: 'number' }>;

function Slider({ fault, set }: { readonly fault: NumberFault; readonly set: Set }) {
  const [value, setValue] = useState(fault.value);
  useEffect(() => setValue(fault.value), [fault.value]);
  return (
    <span class="slider">
      <input
        type="range"
        aria-label={fault.label}
        aria-describedby={`about-${fault.name}`}
        min={fault.min}
        max={fault.max}
        step={fault.step}
        value={value}
        onInput={({ currentTarget }) => setValue(currentTarget.valueAsNumber)}
        onChange={({ currentTarget }) => set(currentTarget.valueAsNumber)}
      />
      <output>{value}</output>
    </span>
  );
}
