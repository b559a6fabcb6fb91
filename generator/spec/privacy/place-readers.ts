// Who reads a place: the roles that the tree makes, subscribers, and other accounts.
import type { Settings } from '../resolve.ts';
import type { PlaceId } from './data-place.ts';

type Read = (settings: Settings) => readonly string[];

const audio: Read = () => ['the audio processor'];

const READERS: { readonly [place in PlaceId]: Read } = {
  recordings: () => ['the audio processor', 'the Sonotheia API, to which it sends each recording'],
  versions: () => [],
  'access-logs': () => [],
  events: (settings) => ['both functions', ...listAccounts(settings)],
  markers: (settings) => ['both functions', ...listAccounts(settings)],
  backups: () => [],
  stream: listAccounts,
  uploads: audio,
  'upload-letters': () => [],
  'webhook-letters': () => [],
  results: listSubscribers,
  'result-letters': () => [],
  logs: () => [],
};

export function listPlaceReaders(place: PlaceId, settings: Settings): readonly string[] {
  return READERS[place](settings);
}

function listAccounts({ results: { reader_accounts } }: Settings): string[] {
  return reader_accounts.map((account) => `account ${account}`);
}

/** By name: an endpoint may hold a key. */
function listSubscribers({ subscriptions, results }: Settings): string[] {
  return [
    ...subscriptions.map(({ name, protocol }) => `\`${name}\` (${protocol})`),
    ...results.subscriber_accounts.map((account) => `account ${account}, if it subscribes`),
    ...(results.organization_id === null
      ? []
      : [`accounts of organization ${results.organization_id}, if they subscribe`]),
  ];
}
