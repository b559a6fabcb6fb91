// How the audio queue and its function follow from the spec, as in templates/modules/sonotheia/sqs.tf.hbs; the
// generated tests compare the two.
import { countFilesInMemory } from '../../handlers/audio_processor/config.ts';

export interface AudioSettings {
  readonly lambda: { readonly timeout: number; readonly memory_size: number };
  readonly audio: {
    readonly batch_size: number;
    readonly max_concurrency: number;
    readonly api_requests_per_minute: number;
    readonly queue_retention_days: number;
  };
}

export interface AudioPace {
  readonly batchSize: number;
  readonly maxConcurrency: number;
  readonly visibilityTimeoutSeconds: number;
  /** From this age a message may not survive until its next delivery. */
  readonly maxMessageAgeSeconds: number;
}

const RECEIVES_IN_A_LIFE = 900;
const SECONDS_A_DAY = 86_400;
const SPARE_SECONDS = 600;
const LEAST_CONCURRENCY = 2;

/** Limits the files in flight to those that can call the API within one invocation. */
export function deriveAudioPace({ lambda, audio }: AudioSettings): AudioPace {
  const retentionSeconds = audio.queue_retention_days * SECONDS_A_DAY;
  const visibilityTimeoutSeconds = Math.max(
    6 * lambda.timeout,
    Math.ceil(retentionSeconds / RECEIVES_IN_A_LIFE),
  );
  // The function reserves 5 s for the other steps; two thirds of the remaining time are for waiting.
  const callSeconds = Math.max(lambda.timeout - 5, lambda.timeout / 2);
  const turns = Math.floor((audio.api_requests_per_minute * callSeconds * 2) / 180);
  const batchSize = Math.max(
    1,
    Math.min(
      audio.batch_size,
      countFilesInMemory(lambda.memory_size),
      Math.floor(turns / audio.max_concurrency),
    ),
  );
  return {
    batchSize,
    maxConcurrency: Math.max(
      LEAST_CONCURRENCY,
      Math.min(audio.max_concurrency, Math.floor(turns / batchSize)),
    ),
    visibilityTimeoutSeconds,
    maxMessageAgeSeconds: retentionSeconds - visibilityTimeoutSeconds - SPARE_SECONDS,
  };
}
