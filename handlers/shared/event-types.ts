/** The event types the vendor documents; others are stored and announced just the same. */
export const SONOTHEIA_EVENT_TYPES = [
  'deepfake.completed',
  'deepfake.failed',
  'mfa.completed',
  'mfa.failed',
  'mfa.enrollment.completed',
  'sar.submitted',
  'sar.filed',
  'system.health_check',
] as const;

/** The event types of the audio processor's own results. */
export const AUDIO_EVENT_TYPES = { processed: 'audio.processed', rejected: 'audio.rejected' } as const;

const KNOWN: ReadonlySet<string> = new Set(SONOTHEIA_EVENT_TYPES);

/** A metric dimension costs money per value, so types we do not know share one. */
export function toEventTypeDimension(eventType: string): string {
  return KNOWN.has(eventType) ? eventType : 'other';
}
