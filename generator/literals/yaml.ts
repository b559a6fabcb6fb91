// YAML text from values. Everything that comes from a spec and goes into the workflow passes through here.

import { escapeUnreadable } from './readable-text.ts';

/**
 * A double-quoted YAML scalar. Throws on anything but a string, on lone surrogates, and on `${{`: GitHub would
 * evaluate that, whatever the quotes.
 */
export function renderYamlString(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`no YAML string for ${String(value)}`);
  if (!value.isWellFormed()) throw new TypeError('a string with a lone surrogate has no UTF-8 form');
  if (value.includes('${{')) throw new TypeError('a string in a workflow must not hold an expression');
  // What JSON leaves as it is and YAML, or an editor, would take for a line break or for nothing.
  return escapeUnreadable(JSON.stringify(value));
}
