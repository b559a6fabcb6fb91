// A list and the selected item beside it; on a narrow screen one of the two.
import type { ComponentChildren } from 'preact';
import { ErrorNote } from './bits.tsx';
import { toHash } from './route.ts';
import type { Pages } from './use-data.ts';
import { VirtualList } from './virtual-list.tsx';

interface SplitViewProps<Item> {
  readonly view: string;
  readonly label: string;
  readonly pages: Pages<Item>;
  readonly selected: string | undefined;
  readonly idOf: (item: Item) => string;
  readonly row: (item: Item) => ComponentChildren;
  readonly tools?: ComponentChildren;
  /** Instead of an empty list. */
  readonly empty: ComponentChildren;
  /** Details of the selected item. */
  readonly children: ComponentChildren;
}

const ROW_HEIGHT = 64;

export function SplitView<Item>(props: SplitViewProps<Item>) {
  const { view, label, pages, selected, idOf, row, tools, empty, children } = props;
  const items = pages.data;
  return (
    <div class={`split ${selected === undefined ? '' : 'has-selection'}`}>
      <section class="panel master" aria-label={label}>
        <div class="tools">
          {tools}
          <span class="quiet count">{describeCount(pages)}</span>
          {pages.isStale && (
            <button type="button" class="small" onClick={pages.refresh}>
              Show the newest
            </button>
          )}
        </div>
        <ErrorNote error={pages.error} />
        {items === undefined && pages.error === undefined && <p class="quiet loading">Loading …</p>}
        {items?.length === 0 && empty}
        {items !== undefined && items.length > 0 && (
          <VirtualList
            key={pages.round}
            label={label}
            pages={pages}
            rowHeight={ROW_HEIGHT}
            keyOf={idOf}
            row={(item) => (
              <a
                class="row"
                href={toHash(view, idOf(item))}
                aria-current={idOf(item) === selected ? 'true' : undefined}
              >
                {row(item)}
              </a>
            )}
          />
        )}
      </section>
      <section class="panel detail" aria-label="Selected">
        {selected !== undefined && (
          <a class="back" href={toHash(view)}>
            Back to the list
          </a>
        )}
        {children}
      </section>
    </div>
  );
}

function describeCount({ data, total, hasMore }: Pages<unknown>): string {
  if (data === undefined) return '';
  const count = total ?? data.length;
  return `${count.toLocaleString('en')}${total === undefined && hasMore ? ' or more' : ''}`;
}
