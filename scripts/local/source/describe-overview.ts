// The picture of the system: its parts, what each holds, and which of them has a fault.
import type { Overview, Part } from '../../console/source.ts';
import type { LocalSystem } from '../engine/local-system.ts';

export function describeOverview(system: LocalSystem): Overview {
  const { stack, urls, state } = system;
  const { pace, settings } = stack;
  const moved = state.clock.offsetMs / 3_600_000;
  return {
    kind: 'local',
    project: stack.project,
    environment: stack.environment,
    region: stack.region,
    actions: ['upload', 'send', 'redrive', 'fault', 'forget'],
    parts: describeParts(system),
    endpoints: [
      ...(urls.webhook === undefined ? [] : [{ label: 'Webhook', url: urls.webhook }]),
      { label: 'AWS (--endpoint-url)', url: urls.aws },
      { label: 'Sonotheia API', url: urls.api },
    ],
    settings: [
      { label: 'Files in a batch', value: String(pace.batchSize) },
      { label: 'Batches at once', value: String(pace.maxConcurrency) },
      { label: 'Attempts', value: String(settings.audio.max_receive_count) },
      { label: 'API calls a minute', value: String(settings.audio.api_requests_per_minute) },
      { label: 'Requests a second', value: String(settings.api_gateway.throttling_rate_limit) },
      { label: 'Events kept', value: `${settings.dynamodb.ttl_days} days` },
      { label: 'Recordings kept', value: `${settings.s3.expiration_days} days` },
      ...(moved === 0 ? [] : [{ label: 'Clock moved forward', value: `${moved} hours` }]),
    ],
  };
}

function describeParts({ stack, state, parts, functions, faults }: LocalSystem): Part[] {
  const { names } = stack;
  const { isTableThrottled, api } = faults.settings;
  const queue = parts.queue.count();
  const letters = parts.deadLetters.list().length + parts.webhookDeadLetters.list().length;
  const delivered = parts.topic.subscriptions.reduce(
    (sum, { name }) => sum + parts.topic.countOf(name).delivered,
    0,
  );
  const busy = (isBusy: boolean): Part['state'] => (isBusy ? 'busy' : 'ok');
  const { webhook_handler: webhook, audio_processor: audio } = functions;
  const part = (id: Part['id'], name: string, state: Part['state'], ...counts: [string, number][]): Part => ({
    id,
    name,
    counts: counts.map(([label, value]) => ({ label, value })),
    state,
  });
  return [
    part('sender', 'Sonotheia and your uploads', 'ok', ['requests', state.exchanges.size]),
    part('gateway', names.api, 'ok', ['requests a second', stack.settings.api_gateway.throttling_rate_limit]),
    part('webhook', names.webhookFunction, busy(webhook.running > 0), ['running', webhook.running]),
    part('bucket', names.bucket, 'ok', ['objects', state.objects.size]),
    part(
      'queue',
      names.queue,
      busy(queue.inFlight > 0),
      ['waiting', queue.visible],
      ['in flight', queue.inFlight],
    ),
    part('audio', names.audioFunction, busy(audio.running > 0), ['running', audio.running]),
    part('api', 'Sonotheia API', api.answer === 'score' || api.answer === 'slow' ? 'ok' : 'broken', [
      'calls a minute',
      stack.settings.audio.api_requests_per_minute,
    ]),
    part('table', names.table, isTableThrottled ? 'broken' : 'ok', ['items', state.items.size]),
    part('topic', names.resultsTopic, 'ok', ['subscriptions', parts.topic.subscriptions.length]),
    part('subscribers', 'Subscribers', 'ok', ['delivered', delivered]),
    part('deadLetters', names.deadLetterQueue, letters > 0 ? 'broken' : 'ok', ['messages', letters]),
  ];
}
