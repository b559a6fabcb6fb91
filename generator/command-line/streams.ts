// The standard streams of a command, and whether they may be coloured.

/** stdin, stdout and stderr; those of the process, or of a test. */
export type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>;

export function findColour({ stdout, stderr }: Streams): { readonly out: boolean; readonly err: boolean } {
  const { env } = process;
  const isWanted = (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return { out: isWanted && stdout.isTTY === true, err: isWanted && stderr.isTTY === true };
}
