// Receives what a command understands and the command line; promises the values, or a sentence about the mistake. The
// same description makes the help text, so that the two cannot differ.
import { parseArgs } from 'node:util';
import { suggest } from './suggest.ts';

interface OptionModel {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What stands after it in the help, such as `<name>`. */
  readonly value?: string;
  /** One line or more. */
  readonly help: string;
  readonly default?: string;
}

type OptionModels = Readonly<Record<string, OptionModel>>;

const COMMON_OPTIONS = {
  env: {
    type: 'string',
    multiple: true,
    value: '<name>',
    help: 'this environment of the spec; may be repeated',
  },
  region: {
    type: 'string',
    multiple: true,
    value: '<region>',
    help: 'only this region of it; may be repeated (default: all of its regions)',
  },
  config: {
    type: 'string',
    value: '<file>',
    default: 'sonotheia.config.yaml',
    help: 'the spec (default: sonotheia.config.yaml)',
  },
  out: { type: 'string', value: '<folder>', default: 'out', help: 'the generated folder (default: out)' },
  yes: { type: 'boolean', help: 'do not ask for confirmation' },
} as const satisfies OptionModels;

const HELP_OPTION: OptionModel = { type: 'boolean', help: 'show this text' };

/** Options that several commands share. `--help` is everybody's. */
type CommonOption = keyof typeof COMMON_OPTIONS;

export interface CommandModel {
  /** As in `npm run <name>`. */
  readonly name: string;
  /** Follows the name in the usage line, such as `<put|rotate|check>`. */
  readonly parameters?: string;
  /** What it does, in full sentences; lines of at most 100 characters. */
  readonly text: string;
  readonly common: readonly CommonOption[];
  readonly options?: OptionModels;
  /** How many words it takes beside the options; none unless given. */
  readonly maxWords?: number;
}

/** The values of one run, read by name. Asking for an option that the command has not described is a fault. */
export class Values {
  readonly #values: Readonly<Record<string, unknown>>;
  /** What stands beside the options. */
  readonly words: readonly string[];

  constructor(values: Readonly<Record<string, unknown>>, words: readonly string[]) {
    this.#values = values;
    this.words = words;
  }

  isSet(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }
}

function listOptions({ common, options = {} }: CommandModel): OptionModels {
  // Whoever gives them to one command gives them to all.
  const names = new Set<CommonOption>([...common, 'env', 'config', 'out']);
  const shared = Object.fromEntries(
    (Object.keys(COMMON_OPTIONS) as CommonOption[])
      .filter((name) => names.has(name))
      .map((name) => [name, COMMON_OPTIONS[name]]),
  );
  return { ...shared, ...options, help: HELP_OPTION };
}

/** Reads the arguments after the script's name; a string tells what is wrong with them. */
export function readOptions(command: CommandModel, argv: readonly string[]): Values | string {
  const models = listOptions(command);
  const unknown = argv.find((word) => word.startsWith('--') && !(nameOf(word) in models));
  if (unknown !== undefined && unknown !== '--') {
    const name = nameOf(unknown);
    return `There is no option --${name}${suggest(name, Object.keys(models), '--')}.`;
  }
  const options = Object.fromEntries(
    Object.entries(models).map(([name, { type, multiple = false, default: value }]) => [
      name,
      { type, multiple, ...(value === undefined ? {} : { default: value }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true });
    const surplus = positionals[command.maxWords ?? 0];
    if (surplus !== undefined && values.help !== true) return `What is ${surplus}? Options begin with --.`;
    const empty = Object.keys(models).find((name) => [values[name]].flat().includes(''));
    // Such as --env "$UNSET".
    if (empty !== undefined) return `--${empty} is empty. Is the variable that it comes from set?`;
    return new Values(values, positionals);
  } catch (error) {
    // parseArgs explains itself.
    return error instanceof Error ? error.message : String(error);
  }
}

function nameOf(word: string): string {
  return word.slice(2).split('=')[0] ?? '';
}

/** The text of `--help`. */
export function describeCommand(command: CommandModel): string {
  const options = Object.entries(listOptions(command)).map(
    ([name, { value, help }]) => [value === undefined ? `--${name}` : `--${name} ${value}`, help] as const,
  );
  const width = Math.max(...options.map(([left]) => left.length)) + 2;
  const lines = options.map(
    ([left, help]) => `  ${left.padEnd(width)}${help.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`,
  );
  const parameters = command.parameters === undefined ? '' : ` ${command.parameters}`;
  return `Usage: npm run ${command.name} --${parameters} [options]

${command.text.trim()}

${lines.join('\n')}

Exit codes: 0 done, 1 a problem that you can solve, 2 a fault of this tool, 130 cancelled.
`;
}
