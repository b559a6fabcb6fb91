// What a pass over the source found in the target. A pass remembers nothing else: the next one finds out by itself what is
// there already.

export interface Tally {
  readonly what: string;
  /** All that the source has of it. */
  source: number;
  /** Of these, the same in the target. */
  same: number;
  copied: number;
  missing: number;
  /** In an archive that nothing can be copied from before it is restored. */
  readonly archived: string[];
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
  'different',
];

export function startTally(what: string): Tally {
  return { what, source: 0, same: 0, copied: 0, missing: 0, archived: [], different: [] };
}

export function formatTally({ what, source, same, copied, missing, archived, different }: Tally): string[] {
  return [what, ...[source, same, copied, missing, archived.length, different.length].map(String)];
}

export function isComplete({ missing, archived, different }: Tally): boolean {
  return missing === 0 && archived.length === 0 && different.length === 0;
}

export interface Pass {
  /** Without it nothing is written: what is not there is counted as missing. */
  readonly isCopying: boolean;
  readonly signal: AbortSignal;
  readonly onProgress: (tally: Tally) => void;
}
