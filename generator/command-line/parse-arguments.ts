// The command line of one command: commander parses it and writes the help; a wrong argument throws a `Problem`.
import { CommanderError, Option as CommanderOption, Command as Parser } from 'commander';
import type { CommandDescription, Option } from './command.ts';
import { locateArgument } from './locate-argument.ts';
import { explainArgument, explainOption } from './other-options.ts';
import { Problem } from './problem.ts';

const HELP_WIDTH = 100;
const EXIT_CODES = '0 done, 1 a problem that you can solve, 2 a fault of this tool, 130 cancelled.';

export interface Arguments {
  /** Keyed by option name. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The positional arguments. */
  readonly words: readonly string[];
}

/** Reads the arguments after the command's name, or `help`. Throws a `Problem` that points at the wrong argument. */
export function parseArguments(command: CommandDescription, argv: readonly string[]): Arguments | 'help' {
  const parser = createParser(command, argv);
  try {
    parser.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return 'help';
    throw explainError(error, command, argv, parser.args);
  }
  const given = parser.opts();
  const values = parser.options.map((parsed) => {
    const name = parsed.long?.slice(2) ?? '';
    return [name, given[parsed.attributeName()] ?? readFallback(command.options[name])] as const;
  });
  return { values: Object.fromEntries(values), words: parser.args };
}

/** The text of `--help`. */
export function formatHelp(command: CommandDescription): string {
  const help = createParser(command, []).helpInformation();
  return `${help}\nExit codes: ${command.exitCodes ?? EXIT_CODES}\n`;
}

function createParser(command: CommandDescription, argv: readonly string[]): Parser {
  const { name, text, parameters = '', options } = command;
  const parser = new Parser(`npx sonotheia ${name}`)
    .usage(`${parameters} [options]`.trimStart())
    .description(joinParagraphs(text.trim()))
    .helpOption('-h, --help', 'show this text')
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, getOutHelpWidth: () => HELP_WIDTH })
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .exitOverride();
  // Optional for commander: the command itself reports a missing one, with the values it allows.
  for (const word of listParameters(command)) parser.argument(`[${word}]`);
  for (const [option, model] of Object.entries(options)) {
    const { type, value, description, default: fallback } = model;
    const flags = type === 'boolean' ? `--${option}` : `--${option} <${value ?? 'value'}>`;
    const parsed = new CommanderOption(flags, description);
    if (fallback !== undefined) parsed.default(fallback, fallback);
    if (type === 'string')
      parsed.argParser((text, previous) => readValue(text, previous, { command, option, argv }));
    parser.addOption(parsed);
  }
  return parser;
}

/** One line a paragraph, for commander to wrap; indented lines stay as they are. */
function joinParagraphs(text: string): string {
  return text.replaceAll(/(?<=^\S.*)\n(?=\S)/gm, ' ');
}

function listParameters({ parameters = '' }: CommandDescription): string[] {
  return parameters.split(' ').filter((word) => word !== '');
}

interface Place {
  readonly command: CommandDescription;
  readonly option: string;
  readonly argv: readonly string[];
}

/** Checks the value of an option; a repeatable option collects its values. */
function readValue(value: string, previous: unknown, { command, option, argv }: Place): unknown {
  const flag = `--${option}`;
  const refuse = (what: string, argument: string): Problem =>
    new Problem({ what, place: locateArgument(command.name, argv, argument) });
  // Such as `--out "$UNSET"`.
  if (value === '') throw new Problem({ what: `${flag} is empty. Is the variable that it comes from set?` });
  const joined = `${flag}=${value}`;
  if (/^-./.test(value) && !argv.includes(joined)) throw refuse(`${flag} needs a value after it.`, flag);
  const model = command.options[option];
  if (model?.values !== undefined && !model.values.includes(value))
    throw refuse(
      `${flag} must be ${model.values.join(', ')}, not ${JSON.stringify(value)}.`,
      argv.includes(joined) ? joined : value,
    );
  if (model?.multiple !== true) return value;
  return [...(Array.isArray(previous) ? previous : []), value];
}

function readFallback(option: Option | undefined): unknown {
  if (option?.type === 'boolean') return false;
  return option?.multiple === true ? [] : undefined;
}

/** Turns an error of commander into a `Problem`. */
function explainError(
  { code, message }: CommanderError,
  command: CommandDescription,
  argv: readonly string[],
  words: readonly string[],
): Problem {
  const [, quoted = ''] = /'(-{0,2}[^' ]*)/.exec(message) ?? [];
  const [name = ''] = quoted.split('=');
  const refuse = (what: string, argument: string): Problem =>
    new Problem({ what, place: locateArgument(command.name, argv, argument) });
  if (code === 'commander.optionMissingArgument') return refuse(`${name} needs a value after it.`, name);
  if (code === 'commander.excessArguments') {
    const most = listParameters(command).length;
    const surplus = words[most] ?? '';
    return most === 0
      ? refuse(
          `There is no argument here: options begin with --.${explainArgument(surplus, command)}`,
          surplus,
        )
      : refuse('That is one argument too many.', surplus);
  }
  if (code !== 'commander.unknownOption') return new Problem({ what: message });
  if (command.options[name.slice(2)]?.type === 'boolean')
    return refuse(`${name} is a switch and takes no value.`, quoted);
  return refuse(`There is no option ${name}.${explainOption(name, command)}`, quoted);
}
