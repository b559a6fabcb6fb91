/** The value of a table for a word that somebody typed: `constructor` and `toString` are members of every object. */
export function readOwn<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
