/** One file of the output tree, held in memory until every stage has succeeded. */
export interface GeneratedFile {
  /** Relative to the output directory, `/`-separated, no `..`, unique ignoring case. */
  readonly path: string;
  /** The exact bytes to write. */
  readonly contents: Uint8Array;
}
