// Who is subscribed to the alarm topic.
import type { Settings } from './resolve.ts';

export interface AlarmReceiver {
  readonly protocol: 'email' | 'https';
  readonly endpoint: string;
}

/** The receivers that the spec names, each once; the topic may have others. */
export function listAlarmReceivers({
  alarm_email,
  alarm_emails,
  alarm_urls,
}: Settings['monitoring']): AlarmReceiver[] {
  const addresses = new Set([...(alarm_email === null ? [] : [alarm_email]), ...alarm_emails]);
  return [
    ...[...addresses].map((endpoint) => ({ protocol: 'email' as const, endpoint })),
    ...alarm_urls.map((endpoint) => ({ protocol: 'https' as const, endpoint })),
  ];
}
