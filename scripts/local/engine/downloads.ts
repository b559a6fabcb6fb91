// The recordings that the audio processor has read. It sends the API the bytes without the name of the file, and several
// recordings can have the same bytes: the one that was read first and has no score yet is scored first.
import { createHash } from 'node:crypto';
import { readSessionMetadata } from '../../../handlers/shared/recording-metadata.ts';
import type { ObjectFolder } from './object-folder.ts';

interface Download {
  readonly sessionId: string | undefined;
  readonly isScored: boolean;
}

/** Enough for all that run at once. */
const MAX_DOWNLOADS = 1000;

export class Downloads {
  readonly #objects: ObjectFolder;
  /** By key, the latest last. */
  readonly #downloads = new Map<string, Download>();

  constructor(objects: ObjectFolder) {
    this.#objects = objects;
  }

  add(key: string): void {
    const sessionId = readSessionMetadata(this.#objects.get(key)?.metadata);
    this.#set(key, { sessionId, isScored: false });
    for (const oldest of this.#downloads.keys())
      if (this.#downloads.size > MAX_DOWNLOADS) this.#downloads.delete(oldest);
  }

  /** The name of the file with these bytes; again that of a scored one if the function repeats its request. */
  nameOf(audio: Uint8Array, sessionId?: string): string | undefined {
    const keys = this.#objects.keysOf(createHash('sha256').update(audio).digest('hex'));
    const there = new Set(keys);
    const known = [...this.#downloads].filter(([key]) => there.has(key));
    const ofSession = known.filter(([, download]) => download.sessionId === sessionId);
    const candidates = ofSession.length > 0 ? ofSession : known;
    const chosen = candidates.find(([, { isScored }]) => !isScored) ?? candidates[0];
    if (chosen !== undefined) this.#set(chosen[0], { ...chosen[1], isScored: true });
    return (chosen?.[0] ?? keys[0])?.split('/').at(-1);
  }

  #set(key: string, download: Download): void {
    this.#downloads.delete(key);
    this.#downloads.set(key, download);
  }
}
