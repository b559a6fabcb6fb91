// Defines an operator's command: it ends gracefully on Ctrl-C, and turns AWS errors into problems with advice.
import {
  type Command,
  type CommandContext,
  type CommandDescription,
  defineCommand,
  EXIT_DONE,
  EXIT_PROBLEM,
  type Options,
  type Values,
} from '../../generator/command-line/command.ts';
import { Problem } from '../../generator/command-line/problem.ts';
import { AwsAccess } from './aws-access.ts';
import { explainAwsError } from './explain-aws-error.ts';

/** Every operator's command accepts these, used or not: people type them by habit. */
export const COMMON_OPTIONS = {
  env: {
    type: 'string',
    multiple: true,
    value: 'name',
    description: 'the environment; optional if the spec has only one',
  },
  config: { type: 'string', value: 'file', default: 'sonotheia.config.yaml', description: 'the spec' },
  out: { type: 'string', value: 'folder', default: 'out', description: 'the generated folder' },
} as const;

/** The common `--env` with another description, for commands that do not take exactly one environment. */
export function describeEnv<const T extends string>(description: T) {
  return { env: { ...COMMON_OPTIONS.env, description } } as const;
}

export const REGION_OPTION = {
  region: {
    type: 'string',
    multiple: true,
    value: 'region',
    description: 'only this region of it; may be repeated (default: all of its regions)',
  },
} as const;

export const YES_OPTION = { yes: { type: 'boolean', description: 'do not ask for confirmation' } } as const;

/** The context of a command. `V` names the options that a function reads. */
export interface Operation<V = unknown> extends CommandContext {
  readonly values: V;
  /** The positional arguments. */
  readonly words: readonly string[];
  readonly aws: AwsAccess;
}

export type OperationOf<O extends Options> = Operation<Values<O>>;

interface OperationDefinition<O extends Options> extends CommandDescription {
  readonly options: O;
  /** Throws a `Problem` that the operator can solve. Returns false if it has reported problems itself. */
  readonly run: (operation: OperationOf<O>) => Promise<boolean>;
}

/** Turns an operation into a command, with AWS clients that are destroyed at its end. */
export function defineOperation<const O extends Options>(definition: OperationDefinition<O>): Command {
  return defineCommand({
    ...definition,
    isGraceful: true,
    async run(values, context, words) {
      const aws = new AwsAccess();
      let progress: string | undefined;
      const onInterrupt = (text: string): void => {
        progress = text;
        context.onInterrupt(text);
      };
      try {
        const isDone = await definition.run({ ...context, onInterrupt, values, words, aws });
        return isDone ? EXIT_DONE : EXIT_PROBLEM;
      } catch (error) {
        if (error instanceof Problem) throw error;
        // Credentials that expire, or a full disk, interrupt the work like Ctrl-C.
        if (progress !== undefined && !context.signal.aborted) context.terminal.note(progress);
        const text = explainAwsError(error);
        throw text === undefined ? error : new Problem(text, { cause: error });
      } finally {
        aws.close();
      }
    },
  });
}
