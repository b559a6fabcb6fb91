// The sizes that the estimate assumes, against the items that the webhook handler stores.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { handleRequest } from '../../handlers/webhook_handler/handle-request.ts';
import { readSampleEvent } from '../../scripts/local/sample-events.ts';
import { toRequest } from '../../scripts/local/webhook-request.ts';
import { WebhookWorld } from '../../test/support/handlers/webhook-world.ts';
import { ITEM_EXTRA_BYTES, MARKER_BYTES } from './services/dynamodb.ts';

/** DynamoDB's rules: UTF-8 for names and texts, a byte for two digits and one more for a number, 3 bytes for a map or list. */
function sizeOf(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replaceAll(/\D/g, '').length / 2) + 1;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, entry) => sum + 1 + sizeOf(entry), 0);
  if (value.M !== undefined) return 3 + sizeOfItem(value.M) + Object.keys(value.M).length;
  return 1;
}

function sizeOfItem(item: Readonly<Record<string, AttributeValue>>): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value),
    0,
  );
}

test.each(['deepfake.completed', 'deepfake.failed', 'mfa.completed', 'mfa.failed'])(
  'item and marker of %s have at most the assumed sizes, and not much less',
  async (event) => {
    const world = new WebhookWorld();
    const body = JSON.stringify(JSON.parse(readSampleEvent(event)));
    expect((await handleRequest(toRequest(body), world.start(), 4_000)).statusCode).toBe(200);
    const stored = [...world.table.items.values()];
    const isMarker = (item: Record<string, AttributeValue>): boolean =>
      item.session_id?.S?.startsWith('delivery#') === true;
    const [marker, item] = [stored.find(isMarker), stored.find((each) => !isMarker(each))];
    const sizes = { marker: sizeOfItem(marker ?? {}), item: sizeOfItem(item ?? {}) };
    const assumed = { marker: MARKER_BYTES, item: Buffer.byteLength(body) + ITEM_EXTRA_BYTES };
    for (const kind of ['marker', 'item'] as const) {
      expect(sizes[kind], kind).toBeLessThanOrEqual(assumed[kind]);
      expect(sizes[kind], kind).toBeGreaterThan(assumed[kind] * 0.7);
    }
  },
);
