// What a command of the command line is: its options, which make its help, and what it runs.
import { parseArgs } from 'node:util';
import type { Io } from '../report/io.ts';
import { explainParseError, formatUsageError, type UsageError } from './usage-error.ts';

export const EXIT_DONE = 0;
export const EXIT_PROBLEM = 1;
export const EXIT_FAULT = 2;

/** As shells say it of a process that Ctrl-C ended. */
export const EXIT_CANCELLED = 130;

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

interface Option {
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
    : O[Name] extends { values: readonly (infer Value)[]; default: string }
      ? Value
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
      if ('message' in parsed) {
        context.io.err(`${formatUsageError(name, argv, parsed)}\n\n${help}`);
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
): Parsed | UsageError {
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
    const parsed = { values: complete, positionals, help: given.help === true };
    if (parsed.help) return parsed;
    return (
      findEmptyValue(options, given) ??
      findWrongValue(argv, options, complete) ??
      findSurplus(argv, positionals, names) ??
      parsed
    );
  } catch (error) {
    return explainParseError(error, argv, Object.keys(options));
  }
}

function readFallback({ type, multiple, default: value }: Option): unknown {
  if (value !== undefined) return value;
  if (type === 'boolean') return false;
  return multiple === true ? [] : undefined;
}

/** `--out "$UNSET"`: no option means anything without a value. */
function findEmptyValue(options: Options, given: Readonly<Record<string, unknown>>): UsageError | undefined {
  const name = Object.keys(options).find((option) => [given[option]].flat().includes(''));
  return name === undefined
    ? undefined
    : { message: `--${name} is empty. Is the variable that it comes from set?` };
}

function findWrongValue(
  argv: readonly string[],
  options: Options,
  given: Readonly<Record<string, unknown>>,
): UsageError | undefined {
  for (const [name, { values }] of Object.entries(options)) {
    const value = given[name];
    if (values === undefined || value === undefined || values.includes(String(value))) continue;
    const index = argv.findIndex(
      (argument, at) =>
        argument === `--${name}=${value}` || (argument === value && argv[at - 1] === `--${name}`),
    );
    return { message: `--${name} must be ${values.join(', ')}, not ${JSON.stringify(value)}.`, index };
  }
  return undefined;
}

/** More arguments than the help names. */
function findSurplus(
  argv: readonly string[],
  positionals: readonly string[],
  names = '',
): UsageError | undefined {
  const surplus = positionals[names.split(' ').length];
  if (surplus === undefined) return undefined;
  return { message: 'That is one argument too many.', index: argv.lastIndexOf(surplus) };
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
    'Exit codes: 0 done, 1 a problem in the input or a stale folder, 2 a fault of the generator, 130 cancelled.',
    '',
  ].join('\n');
}
