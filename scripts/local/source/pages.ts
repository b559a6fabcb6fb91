// Cuts lists into the pages that the web page asks for. A cursor is the id of the last item: entries that arrive in
// between do not shift the next page.
import type { Page, PageRequest } from '../../console/source.ts';

/** `entries` are newest first, each with its id. */
export function cutPage<Entry, Item>(
  entries: readonly (readonly [id: string, entry: Entry])[],
  { cursor, limit, search }: PageRequest,
  {
    toItem,
    matches,
  }: {
    readonly toItem: (id: string, entry: Entry) => Item;
    readonly matches: (id: string, entry: Entry, search: string) => boolean;
  },
): Page<Item> {
  const text = search?.toLowerCase() ?? '';
  const found = text === '' ? entries : entries.filter(([id, entry]) => matches(id, entry, text));
  const start = cursor === undefined ? 0 : found.findIndex(([id]) => id === cursor) + 1;
  const page = found.slice(start, start + limit);
  const last = page.at(-1);
  const hasMore = start + page.length < found.length;
  return {
    items: page.map(([id, entry]) => toItem(id, entry)),
    total: found.length,
    ...(hasMore && last !== undefined ? { cursor: last[0] } : {}),
  };
}

export function containsText(search: string, ...texts: readonly (string | undefined)[]): boolean {
  return texts.some((text) => text?.toLowerCase().includes(search));
}
