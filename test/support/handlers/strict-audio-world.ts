// The audio world with the in-process S3, the SDK's client and the real adapter, so that S3's refusals are included.
import { S3AudioStore } from '../../../handlers/audio_processor/adapters/s3-audio-store.ts';
import {
  type AudioOutcome,
  type AudioPorts,
  processAudio,
} from '../../../handlers/audio_processor/process-audio.ts';
import type { UploadedObject } from '../../../handlers/audio_processor/s3-event.ts';
import { etagOf, type StoredObject } from '../../../scripts/local/services/s3-objects.ts';
import { BUCKET } from '../../../scripts/local/upload-message.ts';
import { AudioWorld } from './audio-world.ts';
import { InProcessS3 } from './in-process-s3-client.ts';

/** The stack's own key. */
export const OWN_KEY = 'arn:aws:kms:us-east-1:111122223333:key/own';

export class StrictWorld extends AudioWorld {
  readonly s3 = new InProcessS3();
  #uploads = 0;

  /** Puts an object and returns the content of S3's notification. */
  put(key: string, object: Partial<StoredObject> = {}): UploadedObject {
    const { bytes = Buffer.from('RIFF') } = object;
    this.#uploads += 1;
    this.clock.timeMs += 10;
    this.s3.objects.set(key, { contentType: 'audio/wav', metadata: {}, ...object, bytes });
    const sequencer = String(this.#uploads).padStart(16, '0');
    const eventTimeMs = this.clock.timeMs;
    return { bucket: BUCKET, key, etag: etagOf(bytes), sizeBytes: bytes.length, sequencer, eventTimeMs };
  }

  override start(): AudioPorts {
    const audio = new S3AudioStore({ client: this.s3.createClient(), bucket: BUCKET, kmsKeyArn: OWN_KEY });
    return { ...super.start(), audio };
  }

  process(upload: UploadedObject): Promise<AudioOutcome> {
    return processAudio(upload, this.start(), { budget: this.budget(), log: {} });
  }

  /** The items of the uploads, in the order of their events. */
  verdicts() {
    return this.table.events().map(({ event_type, status, data, filing }) => ({
      type: event_type?.S,
      status: status?.S,
      code: data?.M?.error?.M?.code?.S,
      targetKey: data?.M?.target_key?.S,
      filing: Object.fromEntries(Object.entries(filing?.M ?? {}).map(([name, value]) => [name, value.S])),
    }));
  }

  /** The only item, the announcements, and the keys in the bucket. */
  verdict() {
    const [verdict, ...others] = this.verdicts();
    if (verdict === undefined || others.length > 0) throw new Error('Not one verdict');
    const announced = this.topic.published.map(({ event_type }) => event_type);
    return { ...verdict, announced, keys: this.storedKeys() };
  }

  storedKeys(): string[] {
    return [...this.s3.objects.keys()].sort();
  }
}
