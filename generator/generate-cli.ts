// `generate` alone, without the code that it does not need: it starts most often.
import { generate } from './commands/generate.ts';
import { runCli } from './run-cli.ts';

/** Runs `generate` and returns the exit code; see `runCli`. */
export function main(argv: readonly string[], projectRoot: string, generatorDigest: string): Promise<number> {
  return runCli([generate], argv, { projectRoot, generatorDigest });
}
