// What every view needs from the frame around it.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Action, Overview } from '../source.ts';

export interface Shell {
  /** Undefined until it is loaded. */
  readonly overview: Overview | undefined;
  /** Says a sentence to the eye and to a screen reader. */
  readonly announce: (text: string, isProblem?: boolean) => void;
  /** Asks for the confirmation that the source requires, runs the action, and announces its sentence or its problem. */
  readonly act: (
    what: string,
    run: (confirm: string | undefined) => Promise<string>,
    /** In place of the source's. */
    word?: string,
  ) => Promise<void>;
}

/** Every view gets them. */
export interface ViewProps {
  /** The selected item. */
  readonly id: string | undefined;
}

export const ShellContext = createContext<Shell>({
  overview: undefined,
  announce: () => undefined,
  act: async () => undefined,
});

export const useShell = (): Shell => useContext(ShellContext);

export function useCan(action: Action): boolean {
  return useShell().overview?.actions.includes(action) === true;
}
