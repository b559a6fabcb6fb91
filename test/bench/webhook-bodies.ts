// Webhooks for the measurements: different events, ten to a session.
import sample from '../../scripts/local/events/deepfake.completed.json' with { type: 'json' };

/** Bodies as the API sends them. */
export function createBodies(count: number): string[] {
  const startedAtMs = Date.now();
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ...sample,
      event_id: `evt_${index}`,
      timestamp: new Date(startedAtMs + index).toISOString(),
      data: { ...sample.data, session_id: `sess_${Math.floor(index / 10)}` },
    }),
  );
}
