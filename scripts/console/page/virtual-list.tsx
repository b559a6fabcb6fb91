// A list that renders only the rows in sight: 10,000 rows cost as much as 20.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Pages } from './use-data.ts';

const OVERSCAN = 6;

interface VirtualListProps<Item> {
  readonly label: string;
  readonly pages: Pages<Item>;
  readonly rowHeight: number;
  readonly keyOf: (item: Item) => string;
  readonly row: (item: Item) => ComponentChildren;
}

export function VirtualList<Item>({ label, pages, rowHeight, keyOf, row }: VirtualListProps<Item>) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const items = pages.data ?? [];
  const measure = (): void => {
    const { scrollTop = 0, clientHeight = 600 } = box.current ?? {};
    pages.setAtTop(scrollTop < rowHeight);
    setView((old) =>
      old.top === scrollTop && old.height === clientHeight ? old : { top: scrollTop, height: clientHeight },
    );
  };
  // Once; the observer reports every later size.
  useLayoutEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const end = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);
  const isNearEnd = end >= items.length - OVERSCAN;
  useEffect(() => {
    if (isNearEnd && pages.hasMore) pages.loadMore();
  }, [isNearEnd, pages.hasMore, pages.loadMore]);
  return (
    <div class="list" ref={box} onScroll={measure}>
      <ul aria-label={label} style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, end).map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={pages.total ?? (pages.hasMore ? -1 : items.length)}
            aria-posinset={first + index + 1}
            style={{ height: `${rowHeight}px`, transform: `translateY(${(first + index) * rowHeight}px)` }}
          >
            {row(item)}
          </li>
        ))}
      </ul>
    </div>
  );
}
