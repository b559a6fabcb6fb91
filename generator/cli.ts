// Every command.
import { cost } from './commands/cost.ts';
import { explain } from './commands/explain.ts';
import { generate } from './commands/generate.ts';
import { init } from './commands/init.ts';
import { printSchema } from './commands/schema.ts';
import { show } from './commands/show.ts';
import { validate } from './commands/validate.ts';
import { runCli } from './run-cli.ts';

/** Runs a command and returns the exit code; see `runCli`. */
export function main(argv: readonly string[], projectRoot: string, generatorDigest: string): Promise<number> {
  return runCli([generate, validate, init, show, explain, cost, printSchema], argv, {
    projectRoot,
    generatorDigest,
  });
}
