import { type AnnouncementContext, buildAnnouncement } from './announcement.ts';
import type { ResultsTopic, SessionStore } from './ports.ts';
import type { SessionEvent } from './session-event.ts';

export interface AnnouncePorts extends AnnouncementContext {
  readonly store: SessionStore;
  readonly topic: ResultsTopic;
}

/**
 * Publishes a stored event, then marks it as announced. A crash between the two publishes it again on the next
 * delivery: consumers receive every event at least once and deduplicate by `event_id`.
 */
export async function announceEvent(
  event: SessionEvent,
  ports: AnnouncePorts,
  signal: AbortSignal,
): Promise<void> {
  if (event.status === 'announced') return;
  await ports.topic.publish(buildAnnouncement(event, ports), signal);
  await ports.store.markAnnounced(event, signal);
}
