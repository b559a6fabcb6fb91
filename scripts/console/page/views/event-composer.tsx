// Composes an event: a sample, as it is or edited, signed or not, once or twice.
import { useEffect, useState } from 'preact/hooks';
import type { SampleEvent, SendRequest } from '../../source-data.ts';
import { sendEvent } from '../actions.ts';
import { Badge } from '../bits.tsx';
import { useShell } from '../shell.ts';
import { useData } from '../use-data.ts';

const SIGNATURES = [
  ['valid', 'Signed', 'with the webhook secret'],
  ['forged', 'Forged', 'signed with another secret'],
  ['missing', 'Unsigned', 'without the header'],
] as const;

type Signature = (typeof SIGNATURES)[number][0];

export function EventComposer() {
  const { act } = useShell();
  const { data: samples } = useData<readonly SampleEvent[]>('samples', {}, []);
  const [name, setName] = useState<string>();
  const [body, setBody] = useState('');
  const [signature, setSignature] = useState<Signature>('valid');
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
          <SignatureChoice value={signature} onChange={setSignature} />
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

interface SignatureChoiceProps {
  readonly value: Signature;
  readonly onChange: (signature: Signature) => void;
}

function SignatureChoice({ value, onChange }: SignatureChoiceProps) {
  return (
    <fieldset>
      <legend>Signature</legend>
      {SIGNATURES.map(([each, label, text]) => (
        <label key={each} class="choice">
          <input type="radio" name="signature" checked={value === each} onChange={() => onChange(each)} />
          {label} <span class="quiet">{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
