// The parts of a deployed environment, with the counts that AWS has without reading the data.
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { TYPE_INDEX } from '../../sessions/choose-way.ts';
import type { Overview, Part } from '../source.ts';
import { countMessages } from './read-queues.ts';
import type { Reading } from './read-sessions.ts';
import { readAlarms } from './read-telemetry.ts';

export async function describeDeployment(
  reading: Reading,
  table: TableDescription,
): Promise<Pick<Overview, 'parts' | 'endpoints' | 'settings'>> {
  const { names, region } = reading.stack;
  const { settings } = region;
  const [queue, audio, webhook, alarms] = await Promise.all([
    countMessages(reading, names.queue),
    countMessages(reading, names.deadLetterQueue),
    countMessages(reading, names.webhookDeadLetterQueue),
    readAlarms(reading),
  ]);
  const letters = audio.visible + audio.inFlight + webhook.visible + webhook.inFlight;
  const ringing = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  const rings = (text: string): Part['state'] =>
    ringing.some((name) => name.includes(text)) ? 'broken' : 'ok';
  const part = (
    id: Part['id'],
    name: string,
    state: Part['state'] = 'ok',
    ...counts: [string, number][]
  ): Part => ({
    id,
    name,
    state,
    counts: counts.map(([label, value]) => ({ label, value })),
  });
  const hasIndex = table.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === TYPE_INDEX) === true;
  return {
    parts: [
      part('sender', 'Sonotheia and your uploads'),
      part('gateway', names.api, rings('-api-')),
      part('webhook', names.webhookFunction, rings('webhook-handler')),
      part('bucket', names.bucket),
      part(
        'queue',
        names.queue,
        queue.inFlight > 0 ? 'busy' : rings('audio-queue-age'),
        ['waiting', queue.visible],
        ['in flight', queue.inFlight],
      ),
      part('audio', names.audioFunction, rings('audio-processor')),
      part('api', new URL(settings.sonotheia_api_url).host),
      part('table', names.table, rings('dynamodb'), ['items or so', table.ItemCount ?? 0]),
      part('topic', names.resultsTopic),
      part('subscribers', 'Subscribers', rings('results-dead-letters')),
      part('deadLetters', names.deadLetterQueue, letters > 0 ? 'broken' : 'ok', ['messages', letters]),
    ],
    endpoints: [],
    settings: [
      { label: 'Alarms that ring', value: ringing.length === 0 ? 'none' : ringing.join(', ') },
      {
        label: 'Order of the sessions',
        value: hasIndex ? 'newest first' : 'that of the table: dynamodb.event_type_index is off',
      },
      { label: 'Events kept', value: `${settings.dynamodb.ttl_days} days` },
      { label: 'Recordings kept', value: `${settings.s3.expiration_days} days` },
    ],
  };
}
