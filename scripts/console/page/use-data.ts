// Data of a view: loaded when it opens, again when the stream says that it changed, and dropped when it closes.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Page, Topic } from '../source.ts';
import { ApiError, get, type Query } from './api.ts';
import { changes } from './changes.ts';

/** A busy system changes many times a second. */
const BETWEEN_LOADS_MS = 400;
export const PAGE_SIZE = 200;

interface Loaded<T> {
  readonly data?: T;
  readonly error?: ApiError;
}

/** Loads now and whenever a topic changes, one call at a time. Returns the function that ends it. */
function keepLoading(topics: readonly Topic[], load: (signal: AbortSignal) => Promise<void>): () => void {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isLoading = false;
  let isStale = true;
  const run = async (): Promise<void> => {
    isLoading = true;
    isStale = false;
    await load(controller.signal);
    timer = setTimeout(() => {
      isLoading = false;
      if (isStale && !controller.signal.aborted) void run();
    }, BETWEEN_LOADS_MS);
  };
  const end = changes.onTopics(topics, () => {
    isStale = true;
    if (!isLoading) void run();
  });
  void run();
  return () => {
    controller.abort();
    clearTimeout(timer);
    end();
  };
}

function toError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(0, { what: String(error) });
}

/** `path` undefined: nothing is loaded. */
export function useData<T>(path: string | undefined, query: Query, topics: readonly Topic[]): Loaded<T> {
  const key = `${path}?${JSON.stringify(query)}`;
  const [state, setState] = useState<Loaded<T> & { key: string }>({ key });
  // The key stands for path, query and topics.
  useEffect(() => {
    if (path === undefined) return undefined;
    return keepLoading(topics, async (signal) => {
      try {
        const data = await get<T>(path, query, signal);
        setState({ key, data });
      } catch (error) {
        if (signal.aborted) return;
        const failure = toError(error);
        // A view whose item is gone must not go on showing it.
        const keeps = (old: { key: string }): boolean => old.key === key && failure.status !== 404;
        setState((old) => ({ ...(keeps(old) ? old : {}), key, error: failure }));
      }
    });
  }, [key]);
  return state.key === key ? state : {};
}

export interface Pages<Item> extends Loaded<readonly Item[]> {
  readonly total: number | undefined;
  readonly hasMore: boolean;
  /** There is something newer than the first item, and the reader has scrolled away from the top. */
  readonly isStale: boolean;
  loadMore(): void;
  /** Loads the newest; the list starts at its top again. */
  refresh(): void;
  readonly round: number;
  /** The list tells whether its first row is in sight. */
  setAtTop(isAtTop: boolean): void;
}

interface PagesState<Item> extends Loaded<readonly Item[]> {
  readonly key: string;
  readonly total?: number | undefined;
  readonly cursor?: string | undefined;
  readonly isStale: boolean;
}

/**
 * A list that is loaded page by page. At its top it follows the newest items, which also drops the older pages; further
 * down it stays as it is, so that rows do not move under the reader.
 */
export function usePages<Item>(path: string, query: Query, topic: Topic): Pages<Item> {
  const key = `${path}?${JSON.stringify(query)}`;
  const [state, setState] = useState<PagesState<Item>>({ key, isStale: false });
  const isAtTop = useRef(true);
  const [round, setRound] = useState(0);
  const isLoadingMore = useRef(false);
  const request = { ...query, limit: String(PAGE_SIZE) };
  // The key stands for path, query and topic.
  useEffect(() => {
    isAtTop.current = true;
    let isFirst = true;
    return keepLoading([topic], async (signal) => {
      if (!isFirst && !isAtTop.current) {
        setState((old) => ({ ...old, isStale: true }));
        return;
      }
      isFirst = false;
      try {
        const { items, cursor, total } = await get<Page<Item>>(path, request, signal);
        setState({ key, data: items, cursor, total, isStale: false });
      } catch (error) {
        if (!signal.aborted) setState((old) => ({ ...old, key, error: toError(error) }));
      }
    });
  }, [key, round]);
  const { cursor } = state;
  const loadMore = useCallback(() => {
    if (cursor === undefined || isLoadingMore.current) return;
    isLoadingMore.current = true;
    const append = (page: Page<Item>): void =>
      setState((old) =>
        old.cursor === cursor && old.key === key
          ? { ...old, data: [...(old.data ?? []), ...page.items], cursor: page.cursor }
          : old,
      );
    get<Page<Item>>(path, { ...request, cursor })
      .then(append, (error: unknown) => setState((old) => ({ ...old, error: toError(error) })))
      .finally(() => {
        isLoadingMore.current = false;
      });
    // The key stands for path and query.
  }, [key, cursor]);
  const current = state.key === key ? state : { isStale: false };
  return {
    ...current,
    total: 'total' in current ? current.total : undefined,
    hasMore: 'cursor' in current && current.cursor !== undefined,
    loadMore,
    round,
    refresh: () => setRound((old) => old + 1),
    setAtTop: (now) => {
      isAtTop.current = now;
    },
  };
}
