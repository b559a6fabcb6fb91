// What a pass over the source found in the target. A pass remembers nothing else: the next one finds out by itself what is
// there already.

export interface Archived {
  readonly key: string;
  /** As `aws s3api restore-object` takes it. */
  readonly restoreRequest: string;
}

export interface Tally {
  readonly what: string;
  /** All that the source has of it. */
  source: number;
  /** Of these, the same in the target. */
  same: number;
  copied: number;
  missing: number;
  /** In an archive that nothing can be copied from before it is restored. */
  readonly archived: Archived[];
  /** Encrypted with a key that these credentials do not bring. */
  readonly unreadable: { readonly key: string; readonly why: string }[];
  /** Another thing under the same key, left as it is. */
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
  /** Without it nothing is written: what is not there is counted as missing. */
  readonly isCopying: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (tally: Tally) => void;
}
