// Counts of one pass over the source. This is its only record: the next pass compares everything again.

export interface Archived {
  readonly key: string;
  /** Value for `--restore-request` of `aws s3api restore-object`. */
  readonly restoreRequest: string;
}

export interface Tally {
  readonly what: string;
  /** Number in the source. */
  source: number;
  /** Number that is identical in the target. */
  same: number;
  copied: number;
  missing: number;
  /** In an archive: must be restored before the copy. */
  readonly archived: Archived[];
  /** Encrypted with a key that S3 cannot use. */
  readonly unreadable: { readonly key: string; readonly why: string }[];
  /** Keys with different contents in the target, left as they are. */
  readonly different: string[];
}

export const TALLY_HEADER = [
  'what',
  'in the source',
  'the same in the target',
  'copied',
  'missing',
  'archived',
  'unreadable',
  'different',
];

export function startTally(what: string): Tally {
  return { what, source: 0, same: 0, copied: 0, missing: 0, archived: [], unreadable: [], different: [] };
}

export function formatTally(tally: Tally): string[] {
  const { what, source, same, copied, missing, archived, unreadable, different } = tally;
  const left = [archived, unreadable, different].map(({ length }) => length);
  return [what, ...[source, same, copied, missing, ...left].map(String)];
}

export function isComplete({ missing, archived, unreadable, different }: Tally): boolean {
  return missing + archived.length + unreadable.length + different.length === 0;
}

export interface Pass {
  /** False: only compare, and count absent ones as missing. */
  readonly isCopying: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (tally: Tally) => void;
}
