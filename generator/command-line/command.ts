// A command: its options, from which the help is written, and the function that it runs.
import type { Terminal } from './terminal.ts';

export const EXIT_DONE = 0;
export const EXIT_PROBLEM = 1;
export const EXIT_FAULT = 2;
/** The shells' exit code for a process that Ctrl-C ended: 128 + SIGINT. */
export const EXIT_CANCELLED = 130;

export interface CommandContext {
  readonly terminal: Terminal;
  /** Holds `handlers/`, `schema/` and `node_modules/`. */
  readonly projectRoot: string;
  /** Relative paths are resolved against it. */
  readonly workingDir: string;
  /** Aborted by Ctrl-C if the command `isGraceful`, and by Ctrl-C at a question. */
  readonly signal: AbortSignal;
  /** Sets the line that a Ctrl-C or an error of AWS prints from now on: the work done so far, and how to continue. */
  readonly onInterrupt: (text: string) => void;
}

export interface Option {
  readonly type: 'string' | 'boolean';
  /** One line or more. */
  readonly description: string;
  /** The name of the value in the help, such as `file`. */
  readonly value?: string;
  readonly default?: string;
  readonly multiple?: boolean;
  /** The allowed values. */
  readonly values?: readonly string[];
}

export type Options = Readonly<Record<string, Option>>;

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

export interface CommandDescription {
  /** As in `npx sonotheia <name>`. */
  readonly name: string;
  /** Its purpose, in full sentences. */
  readonly text: string;
  /** Arguments without dashes, as the help shows them: `<put|rotate|check> [key]`. */
  readonly parameters?: string;
  readonly options: Options;
  /** The meaning of its exit codes, where it differs from the usual one. */
  readonly exitCodes?: string;
  /** Ctrl-C and SIGTERM abort `signal`, and the command ends by itself; a second one ends the process. */
  readonly isGraceful?: boolean;
}

/** A command, as the command line calls it. */
export interface Command extends CommandDescription {
  /** Returns the exit code. Throws a `Problem` that the user can solve. */
  readonly run: (
    values: Readonly<Record<string, unknown>>,
    context: CommandContext,
    words: readonly string[],
  ) => Promise<number> | number;
}

export interface CommandDefinition<O extends Options> extends CommandDescription {
  readonly options: O;
  readonly run: (
    values: Values<O>,
    context: CommandContext,
    words: readonly string[],
  ) => Promise<number> | number;
}

/** Gives `run` the types of its options. */
export function defineCommand<const O extends Options>(definition: CommandDefinition<O>): Command {
  return { ...definition, run: (values, ...rest) => definition.run(values as Values<O>, ...rest) };
}
