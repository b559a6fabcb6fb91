// Renders values as YAML. Every value from a spec in the workflow passes through here.

import { escapeUnreadable } from './readable-text.ts';

/**
 * A double-quoted YAML scalar. Throws for other types, lone surrogates and `${{`, which GitHub evaluates even in
 * quotes.
 */
export function renderYamlString(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`no YAML string for ${String(value)}`);
  if (!value.isWellFormed()) throw new TypeError('a string with a lone surrogate has no UTF-8 form');
  if (value.includes('${{')) throw new TypeError('a string in a workflow must not hold an expression');
  // Characters that JSON leaves unescaped and that YAML or an editor treats as a line break or hides.
  return escapeUnreadable(JSON.stringify(value));
}
