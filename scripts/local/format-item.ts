import { fromAttributeMap } from '../../handlers/shared/adapters/attribute-values.ts';
import { ExactNumber } from '../../handlers/shared/json.ts';
import type { Item } from './services/dynamodb-values.ts';

/** Formats as JSON and keeps every digit of the numbers. */
export function formatItem(item: Item): string {
  const mark = crypto.randomUUID();
  const marked = JSON.stringify(
    fromAttributeMap(item),
    function (this: Record<string, unknown>, name, value) {
      const original = this[name];
      return original instanceof ExactNumber ? mark + original.text : value;
    },
    2,
  );
  return marked.replaceAll(new RegExp(`"${mark}([^"]*)"`, 'g'), '$1');
}
