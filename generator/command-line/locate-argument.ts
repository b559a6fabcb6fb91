// Shows the typed command with carets under the wrong argument. Pure.
import { escapeUnsafe } from '../text/visible-text.ts';

/** Returns two lines, the command and the carets; undefined if the argument was not typed. */
export function locateArgument(
  command: string,
  argv: readonly string[],
  argument: string,
): readonly string[] | undefined {
  // The last one: where an argument is repeated, the repetition is the mistake.
  const index = argv.lastIndexOf(argument);
  if (index === -1) return undefined;
  const quoted = argv.map(quote);
  const before = [`npx sonotheia ${command}`, ...quoted.slice(0, index)].join(' ');
  const line = [before, ...quoted.slice(index)].join(' ');
  return [line, `${' '.repeat(before.length + 1)}${'^'.repeat(quote(argument).length)}`];
}

function quote(argument: string): string {
  const text = escapeUnsafe(argument);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
}
