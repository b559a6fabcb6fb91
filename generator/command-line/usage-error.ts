// Wrong arguments in words: the command as it was typed, with carets under what is wrong. Pure.
import { closest, distance } from 'fastest-levenshtein';
import { escapeUnsafe } from '../report/visible-text.ts';

/** What is wrong with an argument. */
export interface UsageError {
  readonly message: string;
  /** Where in the arguments; undefined for what is missing. */
  readonly index?: number | undefined;
}

/** Three lines: the command, the carets, the message; only the message where no argument is meant. */
export function formatUsageError(command: string, argv: readonly string[], error: UsageError): string {
  const { message, index } = error;
  const meant = index === undefined ? undefined : argv[index];
  if (index === undefined || meant === undefined) return message;
  const quoted = argv.map(quote);
  const before = [`npm run ${command} --`, ...quoted.slice(0, index)].join(' ');
  const line = [before, ...quoted.slice(index)].join(' ');
  return `${line}\n${' '.repeat(before.length + 1)}${'^'.repeat(quote(meant).length)}\n${message}`;
}

/** What Node.js says of arguments that it cannot parse, in our words. */
export function explainParseError(
  error: unknown,
  argv: readonly string[],
  known: readonly string[],
): UsageError {
  const message = error instanceof Error ? error.message : String(error);
  const [, name = ''] = /'(-{0,2}[^' ]*)/.exec(message) ?? [];
  const index = findArgument(argv, name);
  if (message.startsWith('Unknown option')) {
    const hint = name.startsWith('--') ? suggestName(name.slice(2), known, '--') : '';
    return { message: `There is no option ${name}.${hint}`, index };
  }
  if (message.startsWith('Unexpected argument')) {
    return { message: `There is no argument here: options begin with --.`, index };
  }
  if (message.includes('does not take an argument'))
    return { message: `${name} is a switch and takes no value.`, index };
  if (message.includes('argument missing') || message.includes('ambiguous'))
    return { message: `${name} needs a value after it.`, index };
  return { message, index };
}

/** ` Did you mean …?`, or nothing when no known name is near. */
export function suggestName(given: string, known: readonly string[], prefix = ''): string {
  if (known.length === 0) return '';
  const nearest = closest(given, [...known]);
  return distance(given, nearest) <= 2 ? ` Did you mean ${prefix}${nearest}?` : '';
}

function findArgument(argv: readonly string[], name: string): number | undefined {
  if (name === '') return undefined;
  const index = argv.findIndex((argument) => argument === name || argument.startsWith(`${name}=`));
  // Switches of one letter may be joined: `-xh`.
  const found =
    index >= 0 ? index : argv.findIndex((argument) => /^-[^-]/.test(argument) && /^-[^-]$/.test(name));
  return found < 0 ? undefined : found;
}

function quote(argument: string): string {
  const text = escapeUnsafe(argument);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text}'`;
}
