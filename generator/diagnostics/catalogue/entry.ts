// What the catalogue says of a code.

/** The entries of some codes. */
export type CatalogueEntries = Readonly<Record<`SONO${number}`, CatalogueEntry>>;

export interface CatalogueEntry {
  /** What is wrong, as a short sentence. */
  readonly title: string;
  /** Why that is a problem, and what the ways out are. */
  readonly explanation: string;
  readonly example: SpecExample | Situation;
}

/** Two whole specs. A test compiles both: the first gives this code alone, the second nothing. */
export interface SpecExample {
  /** The spec of the last generation, where the code is about a change. */
  readonly before?: string;
  readonly failing: string;
  /** Line and column at which `failing` is refused. */
  readonly at: `${number}:${number}`;
  /** Codes that come with this one in any spec. */
  readonly alongside?: readonly `SONO${number}`[];
  readonly fixed: string;
}

/** For what no spec shows. */
export interface Situation {
  readonly situation: string;
  readonly remedy: string;
}
