// What a command of the command line is: its options, which make its help, and what it runs.
import { parseArgs } from 'node:util';
import { closest, distance } from 'fastest-levenshtein';

export const EXIT_DONE = 0;
export const EXIT_PROBLEM = 1;
export const EXIT_FAULT = 2;

/** The only way of a command to the outside; `cli.ts` connects it to the process. */
export interface Io {
  /** Results, for people and pipes. */
  readonly out: (text: string) => void;
  /** Problems and progress. */
  readonly err: (text: string) => void;
  /** Somebody is looking: standard error is a terminal. */
  readonly isTerminal: boolean;
  /** Whether results, and problems, may be coloured. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask: ((question: string, fallback: string) => Promise<string>) | undefined;
}

export interface CommandContext {
  readonly io: Io;
  /** Holds `handlers/`, `schema/` and `node_modules/`. */
  readonly projectRoot: string;
  /** What relative paths start from. */
  readonly workingDir: string;
}

export interface Command {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** Returns the exit code. */
  readonly run: (argv: readonly string[], context: CommandContext) => Promise<number>;
}

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly description: string;
  /** What stands for the value in the help, such as `file`. */
  readonly value?: string;
  readonly default?: string | boolean;
  readonly multiple?: boolean;
  /** The only values that it takes. */
  readonly values?: readonly string[];
}

type Options = Readonly<Record<string, Option>>;

/** The values of parsed options by name: absent ones are `undefined`, or false for a switch. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { type: 'boolean' }
    ? boolean
    : O[Name] extends { multiple: true }
      ? readonly string[]
      : O[Name] extends { default: string }
        ? string
        : string | undefined;
};

export interface CommandDefinition<O extends Options> {
  readonly name: string;
  readonly summary: string;
  /** Arguments without dashes, as the help shows them. */
  readonly positionals?: string;
  readonly options: O;
  /** Further paragraphs of the help. */
  readonly notes?: string;
  readonly run: (
    values: Values<O>,
    context: CommandContext,
    positionals: readonly string[],
  ) => Promise<number> | number;
}

/** A command without what it does. */
type Description = Omit<CommandDefinition<Options>, 'run'>;

/** Makes a command: wrong arguments are answered with what is wrong and the help, and exit code 1. */
export function defineCommand<const O extends Options>(definition: CommandDefinition<O>): Command {
  const { name, summary } = definition;
  const help = renderHelp(definition);
  return {
    name,
    summary,
    help,
    async run(argv, context) {
      const parsed = readArguments(argv, definition);
      if (typeof parsed === 'string') {
        context.io.err(`${parsed}\n\n${help}`);
        return EXIT_PROBLEM;
      }
      if (parsed.help) {
        context.io.out(help);
        return EXIT_DONE;
      }
      return await definition.run(parsed.values as Values<O>, context, parsed.positionals);
    },
  };
}

interface Parsed {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
  readonly help: boolean;
}

function readArguments(
  argv: readonly string[],
  { options, positionals: names }: Description,
): Parsed | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: names !== undefined,
      options: {
        ...Object.fromEntries(
          Object.entries(options).map(([name, { type, multiple }]) => [
            name,
            { type, multiple: multiple === true },
          ]),
        ),
        help: { type: 'boolean', short: 'h' },
      },
    });
    const given: Readonly<Record<string, unknown>> = values;
    const complete = Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, given[name] ?? readFallback(option)]),
    );
    const wrong = Object.entries(options)
      .map(([name, option]) => findWrongValue(name, option, complete[name]))
      .find((problem) => problem !== undefined);
    return wrong ?? { values: complete, positionals, help: given.help === true };
  } catch (error) {
    return describeMistake(error, Object.keys(options));
  }
}

function readFallback({ type, multiple, default: value }: Option): unknown {
  if (value !== undefined) return value;
  if (type === 'boolean') return false;
  return multiple === true ? [] : undefined;
}

function findWrongValue(name: string, { values }: Option, given: unknown): string | undefined {
  if (values === undefined || given === undefined || values.includes(String(given))) return undefined;
  return `--${name} must be ${values.join(', ')}, not ${JSON.stringify(given)}.`;
}

function describeMistake(error: unknown, known: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /Unknown option '--([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return message;
  return `There is no option --${unknown}.${suggestName(unknown, known, '--')}`;
}

/** ` Did you mean …?`, or nothing when no known name is near. */
export function suggestName(given: string, known: readonly string[], prefix = ''): string {
  const nearest = closest(given, [...known]);
  return distance(given, nearest) <= 2 ? ` Did you mean ${prefix}${nearest}?` : '';
}

function renderHelp({ name, summary, positionals, options, notes }: Description): string {
  const entries = Object.entries(options).map(
    ([option, { value, description, default: fallback }]) =>
      [
        `--${option}${value === undefined ? '' : ` <${value}>`}`,
        typeof fallback === 'string' ? `${description} (default: ${fallback})` : description,
      ] as const,
  );
  const rows = [...entries, ['--help', 'show this text'] as const];
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `Usage: npm run ${name} -- ${positionals === undefined ? '' : `${positionals} `}[options]`,
    '',
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    '',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    ...(notes === undefined ? [] : ['', notes]),
    '',
    'Exit codes: 0 done, 1 a problem in the input or a stale folder, 2 a fault of the generator.',
    '',
  ].join('\n');
}
