// The command as it was typed, with carets under the argument that is wrong. Pure.
import { escapeUnsafe } from '../report/visible-text.ts';

/** Two lines: the command and the carets; undefined where the argument is not among the typed ones. */
export function locateArgument(
  command: string,
  argv: readonly string[],
  argument: string,
): readonly string[] | undefined {
  // The last one: of a repeated argument the surplus one is meant.
  const index = argv.lastIndexOf(argument);
  if (index === -1) return undefined;
  const quoted = argv.map(quote);
  const before = [`npm run ${command} --`, ...quoted.slice(0, index)].join(' ');
  const line = [before, ...quoted.slice(index)].join(' ');
  return [line, `${' '.repeat(before.length + 1)}${'^'.repeat(quote(argument).length)}`];
}

function quote(argument: string): string {
  const text = escapeUnsafe(argument);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
}
