// Asks a person to type a name before something changes.
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Ask {
  /** A sentence: what will happen. */
  readonly what: string;
  readonly word: string;
  /** Gets the typed word; undefined: the person declined. */
  readonly resolve: (typed: string | undefined) => void;
}

export function ConfirmDialog({ ask: { what, word, resolve } }: { readonly ask: Ask }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={() => resolve(undefined)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === word) resolve(typed);
        }}
      >
        <h2 id="confirm-title">{what}</h2>
        <label>
          Type <strong>{word}</strong> to confirm
          <input
            value={typed}
            autocomplete="off"
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </label>
        <p class="buttons">
          <button type="submit" class="primary" disabled={typed !== word}>
            Confirm
          </button>
          <button type="button" onClick={() => resolve(undefined)}>
            Cancel
          </button>
        </p>
      </form>
    </dialog>
  );
}
