// The parts of a deployed environment, with the counts that AWS has without reading the data.
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { Stack } from '../../operator/open-spec.ts';
import { TYPE_INDEX } from '../../sessions/choose-access.ts';
import type { Overview, Part } from '../source.ts';
import type { Queue } from '../source-data.ts';
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
  const hasIndex = table.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === TYPE_INDEX) === true;
  return {
    parts: listParts(reading.stack, { ringing, queue, letters, items: table.ItemCount ?? 0 }),
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

interface Counted {
  /** Names of alarms. */
  readonly ringing: readonly string[];
  readonly queue: Queue['counts'];
  readonly letters: number;
  readonly items: number;
}

function listParts({ names, region }: Stack, { ringing, queue, letters, items }: Counted): Part[] {
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
  return [
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
    part('api', new URL(region.settings.sonotheia_api_url).host),
    part('table', names.table, rings('dynamodb'), ['items or so', items]),
    part('topic', names.resultsTopic),
    part('subscribers', 'Subscribers', rings('results-dead-letters')),
    part('deadLetters', names.deadLetterQueue, letters > 0 ? 'broken' : 'ok', ['messages', letters]),
  ];
}
