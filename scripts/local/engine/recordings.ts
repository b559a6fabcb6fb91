// Follows each upload from incoming/ to its end: by S3's notifications, the batches of the queue, and the items of the table.
import { readOwn } from '../../../generator/text/read-own.ts';
import { parseS3Event } from '../../../handlers/audio_processor/s3-event.ts';
import type { Recording, Verdict } from '../../console/source-data.ts';
import type { Item } from '../services/dynamodb-values.ts';
import type { JournaledMap } from './journal.ts';
import type { QueuedMessage } from './local-queue.ts';

/** The verdict is in the item. */
export interface RecordingRecord extends Omit<Recording, 'key' | keyof Verdict> {
  /** The key of its item. */
  readonly timestamp?: string;
}

const STATUS_OF_TYPE: Readonly<Record<string, 'processed' | 'rejected'>> = {
  'audio.processed': 'processed',
  'audio.rejected': 'rejected',
};

export class Recordings {
  readonly #records: JournaledMap<RecordingRecord>;

  /** Files that a killed process was working on wait for their next delivery. */
  constructor(records: JournaledMap<RecordingRecord>) {
    this.#records = records;
    for (const [key, record] of records)
      if (record.status === 'processing') records.set(key, { ...record, status: 'waiting' });
  }

  begin(key: string, upload: Pick<RecordingRecord, 'bytes' | 'uploadedAt'> & { sessionId?: string }): void {
    // Again at the end of the map, which is the newest.
    this.#records.delete(key);
    this.#records.set(key, { ...upload, status: 'waiting' });
  }

  /** Sets the status of the message's files that have no result yet. */
  change(body: string, status: 'waiting' | 'processing' | 'failed', reason?: string): void {
    for (const key of keysIn(body)) {
      const record = this.#records.get(key);
      if (record === undefined || record.timestamp !== undefined) continue;
      this.#records.set(key, { ...record, status, ...(reason === undefined ? {} : { reason }) });
    }
  }

  /** Drops the message's files that ended without a result and are gone: of a forgotten session, or deleted before. */
  discard(body: string, isThere: (key: string) => boolean): void {
    for (const key of keysIn(body))
      if (this.#records.get(key)?.status === 'processing' && !isThere(key)) this.#records.delete(key);
  }

  /** Takes the reason from a dead letter. */
  fail({ body, attributes }: QueuedMessage): void {
    const said = [attributes.reason, attributes.last_failure].flatMap((each) => each?.StringValue ?? []);
    this.change(body, 'failed', said.join(': ') || 'received too often');
  }

  /** Takes the result from an item of the table. */
  settle(item: Item): void {
    const status = readOwn(STATUS_OF_TYPE, item.event_type?.S ?? '');
    const key = item.data?.M?.key?.S;
    const record = key === undefined ? undefined : this.#records.get(key);
    if (status === undefined || key === undefined || record === undefined) return;
    const location = item.data?.M?.target_key?.S ?? key;
    const reason = item.error_code?.S ?? item.filing?.M?.code?.S;
    const { reason: _earlier, ...kept } = record;
    this.#records.set(key, {
      ...kept,
      status,
      location,
      ...(item.session_id?.S === undefined ? {} : { sessionId: item.session_id.S }),
      ...(item.timestamp?.N === undefined ? {} : { timestamp: item.timestamp.N }),
      ...(reason === undefined ? {} : { reason }),
    });
  }
}

/** The keys of a notification; none for another message. */
export function keysIn(body: string): string[] {
  try {
    return parseS3Event(body).uploads.map(({ key }) => key);
  } catch {
    return [];
  }
}
