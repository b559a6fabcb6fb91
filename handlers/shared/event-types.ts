/** The event types that Sonotheia documents; other types are stored and announced, too. */
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

/** CloudWatch bills each value of a dimension as a metric, so all unknown types share one value. */
export function toEventTypeDimension(eventType: string): string {
  return KNOWN.has(eventType) ? eventType : 'other';
}
