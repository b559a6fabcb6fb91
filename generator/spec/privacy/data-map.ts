// Where a stack keeps personal data: for the tree's README, `explain retention` and the rules about retention. Pure.
import type { StackNames } from '../naming.ts';
import type { Settings } from '../resolve.ts';
import type { DataPlace } from './data-place.ts';
import { describeKey } from './describe-key.ts';
import { listLogPlaces, listMessagePlaces } from './message-places.ts';
import { listPlaceReaders } from './place-readers.ts';
import { listAudioPlaces, listTablePlaces } from './storage-places.ts';

/** The places of one stack, those of disabled parts left out. */
export function mapData(names: StackNames, settings: Settings): DataPlace[] {
  const drafts = [
    ...listAudioPlaces(names, settings),
    ...listTablePlaces(names, settings),
    ...listMessagePlaces(names, settings),
    ...listLogPlaces(names, settings),
  ];
  return drafts
    .filter(({ isKept = true }) => isKept)
    .map(({ isKept: _, ...draft }) => ({
      ...draft,
      ...describeKey(draft.id, settings, names),
      readers: listPlaceReaders(draft.id, settings),
    }));
}
