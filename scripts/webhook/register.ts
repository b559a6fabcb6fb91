// Registers endpoints at the Sonotheia API, lists and removes them. Registering twice changes nothing.

import { Problem } from '../../generator/command-line/problem.ts';
import { suggest } from '../../generator/diagnostics/suggest.ts';
import { formatTable } from '../../generator/text/format-table.ts';
import { SONOTHEIA_EVENT_TYPES } from '../../handlers/shared/event-types.ts';
import { type Endpoint, openApi, requireSecret } from './endpoint.ts';
import type { WebhookOperation } from './options.ts';
import type { Webhook, WebhooksApi } from './webhooks-api.ts';

/**
 * Gives each endpoint exactly one registration, with the wanted events. Replaces registrations if their events differ, if
 * there are several, or with `--again` (the API does not show which secret a registration has). Creates the new one, then
 * deletes the old ones: in between an event may come twice, which the handler recognises.
 */
export async function registerEndpoints(
  operation: WebhookOperation,
  endpoints: readonly Endpoint[],
): Promise<void> {
  const { values, terminal, onInterrupt } = operation;
  const events = readEvents(values.event);
  for (const endpoint of endpoints) {
    const api = await openApi(operation, endpoint);
    const existing = (await api.list()).filter(({ url }) => url === endpoint.url);
    const fitting = values.again ? [] : existing.filter((webhook) => hasEvents(webhook, events));
    // Two with the same events: an earlier `--again` was interrupted, and the older one may have the older secret.
    const kept = fitting.length === 1 ? fitting[0] : undefined;
    const current = kept ?? (await register(operation, api, endpoint, events));
    onInterrupt('Run it again: it removes the rest of the earlier registration.');
    const superseded = existing.filter(({ id }) => id !== current.id);
    for (const { id } of superseded) await api.remove(id);
    const verb = kept === undefined ? (existing.length > 0 ? 'replaced' : 'registered') : 'is registered';
    const removed = superseded.length > 0 ? `; removed ${superseded.map(({ id }) => id).join(', ')}` : '';
    terminal.print(`${endpoint.stack.region.name}: ${endpoint.url} ${verb} as ${current.id}${removed}`);
  }
}

/** Lists all registrations of the account, each with the region of its endpoint. */
export async function listEndpoints(
  operation: WebhookOperation,
  endpoints: readonly Endpoint[],
): Promise<void> {
  const accounts = new Map<string, { webhook: Webhook; region: string }>();
  for (const endpoint of endpoints)
    for (const webhook of await (await openApi(operation, endpoint)).list()) {
      const isOwn = webhook.url === endpoint.url;
      if (isOwn || !accounts.has(webhook.id))
        accounts.set(webhook.id, { webhook, region: isOwn ? endpoint.stack.region.name : '-' });
    }
  const rows = [...accounts.values()].map(({ webhook: { id, url, events }, region }) => [
    id,
    region,
    url,
    events.join(', '),
  ]);
  if (rows.length === 0) operation.terminal.note('Nothing is registered.');
  else operation.terminal.print(formatTable(['id', 'region', 'url', 'events'], rows));
}

/** Removes the endpoints' registrations, or the one given with `--id`, after the environment's name is typed. */
export async function removeEndpoints(
  operation: WebhookOperation,
  endpoints: readonly Endpoint[],
): Promise<void> {
  const { values, terminal } = operation;
  const id = values.id;
  const found: { readonly api: WebhooksApi; readonly webhook: Webhook }[] = [];
  for (const endpoint of endpoints) {
    const api = await openApi(operation, endpoint);
    for (const webhook of await api.list())
      if ((id === undefined ? webhook.url === endpoint.url : webhook.id === id) && !isKnown(found, webhook))
        found.push({ api, webhook });
  }
  if (found.length === 0) {
    terminal.note(id === undefined ? 'Nothing is registered for it.' : `There is no ${id}.`);
    return;
  }
  for (const { webhook } of found) terminal.note(`${webhook.id}  ${webhook.url}`);
  const name = endpoints[0]?.stack.environment.name ?? '';
  if (!values.yes) await terminal.confirm('Sonotheia sends no more events there.', name);
  for (const { api, webhook } of found) {
    await api.remove(webhook.id);
    terminal.print(`${webhook.id} removed`);
  }
}

async function register(
  operation: WebhookOperation,
  api: WebhooksApi,
  { stack, url }: Endpoint,
  events: readonly string[],
): Promise<Webhook> {
  return await api.register(url, events, await requireSecret(operation, stack, 'webhook_secret'));
}

function readEvents(given: readonly string[]): readonly string[] {
  const unknown = given.find((name) => !SONOTHEIA_EVENT_TYPES.some((type) => type === name));
  if (unknown === undefined) return given.length === 0 ? SONOTHEIA_EVENT_TYPES : [...new Set(given)];
  throw new Problem({
    what: `There is no event ${unknown}.${suggest(unknown, SONOTHEIA_EVENT_TYPES)}`,
    fix: `give some of ${SONOTHEIA_EVENT_TYPES.join(', ')}`,
  });
}

function hasEvents({ events }: Webhook, wanted: readonly string[]): boolean {
  return [...events].sort().join() === [...wanted].sort().join();
}

function isKnown(found: readonly { readonly webhook: Webhook }[], { id }: Webhook): boolean {
  return found.some(({ webhook }) => webhook.id === id);
}
