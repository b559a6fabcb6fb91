// Receives the command line, promises what to do, or one sentence about the mistake.
import { parseArgs } from 'node:util';

export interface BootstrapArguments {
  readonly help: boolean;
  readonly config: string;
  /** Empty: all of them. */
  readonly environments: readonly string[];
}

export const HELP = `Usage: npm run bootstrap-state -- [options]

Makes the S3 buckets that the environments of sonotheia.config.yaml keep their state in, and
sets what is missing of an existing one: versioning, encryption, no public access, bucket
owner's objects, TLS only, deletion of old versions. A second run changes nothing.

The credentials are those of the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID, …) and must be
of the account that is to own the bucket: that of the environment's state role, or else its
account_id. This is checked before anything is changed.

  --env <name>     only this environment; may be repeated (default: all)
  --config <file>  the spec to read (default: sonotheia.config.yaml)
  --help           show this text

Exit codes: 0 the buckets are as they should be, 1 they are not, or a problem in the input.
`;

/** Reads the arguments after the script's name; a string tells what is wrong with them. */
export function readArguments(argv: readonly string[]): BootstrapArguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        env: { type: 'string', multiple: true, default: [] },
        config: { type: 'string', default: 'sonotheia.config.yaml' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return { help: values.help, config: values.config, environments: values.env };
  } catch (error) {
    // parseArgs explains itself.
    return error instanceof Error ? error.message : String(error);
  }
}
